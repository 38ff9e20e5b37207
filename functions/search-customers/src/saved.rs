//! Searches with a name.

use crate::{Parts, Search, answer, request};
use api::parameters::OfBusiness;
use api::search::CustomerSearch;
use api::searches::{SavedSearch, SavedSearches, SearchDeleted, SearchPath};
use axum::extract::State;
use axum::http::StatusCode;
use domain::{Business, SearchName};
use kit::Problem;
use kit::json::{Given, Json};
use kit::keys::Caller;
use kit::params::{Path, Query};
use search::Snapshot;

type Of = (State<Search>, Caller, Path<SearchPath>, Query<OfBusiness>);

pub(crate) async fn list(
    State(Search(parts)): State<Search>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
) -> Result<Json<SavedSearches>, Problem> {
    let begin = parts.app.clock().monotonic();
    let business = parts.businesses.known(&parts.app, caller.business(about.business_id)?).await?;
    let saved = parts.app.store().saved_searches(business.business_id).await?;
    let snapshot = parts.snapshot(business.business_id).await?;
    let searches = saved.into_iter().map(|search| counted(&parts, &business, search, &snapshot)).collect();
    let time = parts.app.clock().monotonic() - begin;
    Ok(Json(SavedSearches { searches, meta: answer::meta(&snapshot, time, parts.prices.of(snapshot.cost(), time)) }))
}

pub(crate) async fn read(
    (State(Search(parts)), caller, Path(path), Query(about)): Of,
) -> Result<Json<SavedSearch>, Problem> {
    let business = parts.businesses.known(&parts.app, caller.business(about.business_id)?).await?;
    let saved = parts.app.store().saved_search(business.business_id, &path.name).await?.ok_or_else(no_search)?;
    told(&parts, &business, saved).await.map(Json)
}

pub(crate) async fn save(
    (State(Search(parts)), caller, Path(path), Query(about)): Of,
    given: Given<CustomerSearch>,
) -> Result<(StatusCode, Json<SavedSearch>), Problem> {
    let business = parts.businesses.known(&parts.app, caller.business(about.business_id)?).await?;
    let name = SearchName::given(path.name.as_str());
    let name = name.map_err(|error| Problem::field("/name", error.to_string()))?;
    let saved = request::to_save(&business, name, &given, parts.app.now())?;
    let known = parts.app.store().saved_searches(business.business_id).await?;
    let is_known = known.iter().any(|search| search.name == saved.name);
    if !is_known && known.len() >= domain::SavedSearch::MOST {
        let detail = "This business has 100 saved searches; delete one first.";
        return Err(Problem::conflict(detail).coded("too_many_searches"));
    }
    parts.app.store().save_search(business.business_id, &saved).await?;
    let status = if is_known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(told(&parts, &business, saved).await?)))
}

pub(crate) async fn delete(
    (State(Search(parts)), caller, Path(path), Query(about)): Of,
) -> Result<Json<SearchDeleted>, Problem> {
    let business = parts.businesses.known(&parts.app, caller.business(about.business_id)?).await?;
    parts.app.store().saved_search(business.business_id, &path.name).await?.ok_or_else(no_search)?;
    parts.app.store().forget_search(business.business_id, &path.name).await?;
    Ok(Json(SearchDeleted { name: path.name }))
}

async fn told(parts: &Parts, business: &Business, saved: domain::SavedSearch) -> Result<SavedSearch, Problem> {
    let begin = parts.app.clock().monotonic();
    let snapshot = parts.snapshot(business.business_id).await?;
    let counted = counted(parts, business, saved, &snapshot);
    let time = parts.app.clock().monotonic() - begin;
    let meta = answer::meta(&snapshot, time, parts.prices.of(snapshot.cost(), time));
    Ok(SavedSearch { meta: Some(meta), ..counted })
}

fn counted(parts: &Parts, business: &Business, saved: domain::SavedSearch, snapshot: &Snapshot) -> SavedSearch {
    let filter = saved.filter.clone().with_inactive_days(business.settings.inactive_days.into());
    SavedSearch {
        total: snapshot.count(&filter, parts.app.now(), business.timezone),
        name: saved.name,
        search: request::asked(saved.filter, saved.sort, saved.limit, business.currency),
        saved_at: saved.saved_at,
        meta: None,
    }
}

fn no_search() -> Problem {
    Problem::not_found("This business has no saved search of this name.")
}
