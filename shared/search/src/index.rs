//! The indexes of all businesses, in a store of objects.

use crate::error::{Damage, SearchError};
use crate::manifest::{Manifest, PartEntry, Retired};
use crate::merge::{Made, Source, merge};
use crate::part::Part;
use crate::row::{Change, Row};
use crate::snapshot::{Cost, Layer, Snapshot};
use crate::store::Store;
use crate::sweep::{self, Sweep};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId};
use object_store::ObjectStore;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The newest rows stand in the manifest up to so many bytes; then they become a part.
const IN_MANIFEST: usize = 16 * 1024;
/// New rows are merged with those of a tier that has up to so many times as many: so each tier is larger than all newer
/// ones together, and there are few.
const FACTOR: usize = 2;
/// The most rows of a part. An erasure writes a part anew, and larger ones would take longer.
const ROWS_OF_PART: usize = 1 << 18;
/// A reader may meet a part's end between the manifest and the part; it begins again so many times.
const OPENINGS: usize = 3;

/// The indexes of all businesses.
///
/// A writer takes a snapshot, makes the next one out of it and writes that. Of several writers that begin with the same
/// snapshot, one succeeds. A crash at any moment leaves the index as it was before, or with the whole commit.
#[derive(Clone, Debug)]
pub struct Index {
    store: Arc<dyn ObjectStore>,
    limits: Limits,
}

/// How rows are divided.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes of rows in a manifest.
    pub bytes_in_manifest: usize,
    /// The most rows of a part.
    pub rows_of_part: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes_in_manifest: IN_MANIFEST, rows_of_part: ROWS_OF_PART }
    }
}

impl Index {
    /// Indexes that stand in this store, each under the id of its business.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, limits: Limits::default() }
    }

    /// The same with other limits: with small ones, few rows make many parts.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    fn store(&self, business: BusinessId) -> Store<'_> {
        Store::new(self.store.as_ref(), business)
    }

    /// Reads the newest state, from nothing. An index that was never written is empty.
    ///
    /// # Errors
    /// If the store fails, or an object is damaged.
    pub async fn open(&self, business: BusinessId) -> Result<Snapshot, SearchError> {
        self.newest(business, None, self.store(business)).await
    }

    /// Reads the newest state, with the parts of an older one. Two small requests if nothing has changed.
    ///
    /// # Errors
    /// If the store fails, or an object is damaged.
    pub async fn refresh(&self, known: &Snapshot) -> Result<Snapshot, SearchError> {
        let mut store = self.store(known.business);
        let generation = known.generation();
        let Some(next) = store.manifest(generation + 1).await? else {
            // Manifests are deleted from the oldest on: while the known one is there, so would be the next.
            if generation > 0 && store.has_manifest(generation).await? {
                return Ok(Snapshot { cost: store.cost, ..known.clone() });
            }
            return self.newest(known.business, Some(known), store).await;
        };
        if store.has_manifest(generation + 2).await? {
            return self.newest(known.business, Some(known), store).await;
        }
        match assemble(&mut store, Some(known), &next, generation + 1, &BTreeMap::new()).await {
            Err(SearchError::Missing { .. }) => self.newest(known.business, Some(known), store).await,
            other => other,
        }
    }

    async fn newest(
        &self,
        business: BusinessId,
        known: Option<&Snapshot>,
        mut store: Store<'_>,
    ) -> Result<Snapshot, SearchError> {
        let mut missing = None;
        for _ in 0..OPENINGS {
            let Some(generation) = store.newest_generation(0).await? else {
                return Snapshot::empty(business, store.cost);
            };
            let Some(object) = store.manifest(generation).await? else { continue };
            match assemble(&mut store, known, &object, generation, &BTreeMap::new()).await {
                Err(error @ SearchError::Missing { .. }) => missing = Some(error),
                other => return other,
            }
        }
        Err(missing.unwrap_or(SearchError::Conflict))
    }

    /// Writes the changes on top of a snapshot that was the newest within the last half hour. A removed customer is in
    /// none of the objects of the new state; if the base has none of those, and there is nothing else, nothing is written. The attempt marks this writer and these changes: a repeat of the same call
    /// finds its own work.
    ///
    /// # Errors
    /// [`SearchError::Conflict`] if the snapshot is not the newest. After any other error, the commit may have taken
    /// place or not: refresh, and commit the same changes again; that does no harm.
    pub async fn commit(
        &self,
        base: &Snapshot,
        changes: Vec<Change>,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Snapshot, SearchError> {
        if changes.is_empty() {
            return Ok(Snapshot { cost: Cost::default(), ..base.clone() });
        }
        let mut store = self.store(base.business);
        let (mut put, mut removed) = (BTreeMap::new(), BTreeSet::new());
        for change in changes {
            match change {
                Change::Put(row) => {
                    removed.remove(&row.key());
                    put.insert(row.key(), row.stored());
                }
                Change::Remove(customer) => {
                    let key = customer.0.as_u128();
                    put.remove(&key);
                    removed.insert(key);
                }
            }
        }
        removed.retain(|key| base.layers.iter().any(|layer| layer.part.rows_of([*key].into_iter()).next().is_some()));
        if put.is_empty() && removed.is_empty() {
            return Ok(Snapshot { cost: Cost::default(), ..base.clone() });
        }
        let sweep = sweep::before_commit(&mut store, &base.manifest, now).await;
        let state = next_state(base, &put, &removed, Depth::Tiers, self.limits);
        write(&mut store, base, state, sweep, now, attempt).await
    }

    /// Merges all rows into one tier, and deletes every object that no reader can hold any more: what was superseded over an
    /// hour ago, and what crashed writers left. Returns the snapshot that is then the newest.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn compact(
        &self,
        base: &Snapshot,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Snapshot, SearchError> {
        let mut store = self.store(base.business);
        if base.generation() == 0 {
            return Ok(base.clone());
        }
        let sweep = sweep::all(&mut store, &base.manifest, now).await?;
        let tiers: BTreeSet<u64> = base.manifest.parts.iter().map(|entry| entry.tier).collect();
        let is_one = tiers.len() <= 1 && base.layers.last().is_none_or(|own| own.part.len() == 0);
        let is_clean = base.layers.iter().all(|layer| layer.hidden.is_clear());
        if is_one && is_clean && sweep.retired == base.manifest.retired {
            return Ok(Snapshot { cost: store.cost, ..base.clone() });
        }
        let depth = if is_one && is_clean { Depth::Nothing } else { Depth::All };
        let state = next_state(base, &BTreeMap::new(), &BTreeSet::new(), depth, self.limits);
        write(&mut store, base, state, sweep, now, attempt).await
    }

    /// Puts an empty index in the place of whatever is there, be it damaged, and deletes everything else: to index the
    /// customers of a business anew.
    ///
    /// # Errors
    /// As [`Self::commit`]. If not all was deleted, another call deletes the rest.
    pub async fn reset(
        &self,
        business: BusinessId,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Snapshot, SearchError> {
        let mut store = self.store(business);
        let empty = Snapshot::empty(business, Cost::default())?;
        let generation = store.newest_generation(0).await?.unwrap_or(0) + 1;
        let attempt = attempt.0.clone();
        let manifest = Manifest { generation, attempt, as_of: now, kept_from: generation, ..Manifest::default() };
        store.create_manifest(generation, manifest.write(&empty.newest).into()).await?;
        store.delete_all_but(generation).await?;
        Ok(Snapshot { manifest, cost: store.cost, ..empty })
    }

    /// Deletes every object of a business that is erased, and answers how many there were. A writer that has begun before may
    /// still bring some back: it is over once a later call finds none.
    ///
    /// # Errors
    /// If the store fails; another call deletes the rest.
    pub async fn erase(&self, business: BusinessId) -> Result<u64, SearchError> {
        let mut store = self.store(business);
        store.delete_all_but(u64::MAX).await?;
        Ok(store.cost.deletes)
    }
}

impl Snapshot {
    fn empty(business: BusinessId, cost: Cost) -> Result<Self, SearchError> {
        let newest = Made::empty().object;
        let part = Part::read(&newest).map_err(|reason| SearchError::Damaged { object: String::new(), reason })?;
        let own = Layer { name: None, part: Arc::new(part), hidden: Arc::default() };
        Ok(Self { business, manifest: Manifest::default(), layers: vec![own], newest, cost })
    }
}

/// How much is merged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Nothing,
    /// If there are more new rows than a manifest takes: as many tiers as that asks for.
    Tiers,
    All,
}

/// What the next manifest is to list.
struct State {
    parts: Vec<Next>,
    newest: Bytes,
}

enum Next {
    /// A part of the base.
    Kept(PartEntry),
    /// A part to be written. It is of a tier of the base, or of a new one.
    New(Made, Option<u64>),
}

fn next_state(
    base: &Snapshot,
    put: &BTreeMap<u128, Row>,
    removed: &BTreeSet<u128>,
    depth: Depth,
    limits: Limits,
) -> State {
    // The manifest's own rows stand last.
    let (own, older) = base.layers.split_last().map_or((None, &[][..]), |(own, older)| (Some(own), older));
    let merged = |layers: &[Layer], own: Option<&Layer>, put: &BTreeMap<u128, Row>, most| {
        let source = |layer| Source::of(layer);
        let sources: Vec<_> = layers.iter().chain(own).map(source).collect();
        merge(&sources, put.values(), removed, most)
    };
    let mut newest = merged(&[], own, put, usize::MAX).pop().unwrap_or_else(Made::empty);
    let is_full = match depth {
        Depth::Nothing => false,
        Depth::Tiers => newest.object.len() > limits.bytes_in_manifest && newest.rows > 0,
        Depth::All => true,
    };
    let entries = base.manifest.parts.as_slice();
    let mut kept = older.len();
    let mut flushed = Vec::new();
    if is_full {
        let mut all = newest.rows;
        while let Some(last) = kept.checked_sub(1).and_then(|last| entries.get(last)) {
            let begin = entries.iter().position(|entry| entry.tier == last.tier).unwrap_or(0);
            let rows: usize = older.get(begin..kept).unwrap_or_default().iter().map(Layer::shown).sum();
            if depth == Depth::Tiers && rows > all.saturating_mul(FACTOR) {
                break;
            }
            all += rows;
            kept = begin;
        }
        flushed = merged(older.get(kept..).unwrap_or_default(), own, put, limits.rows_of_part);
        newest = Made::empty();
    }
    let has_removed = |layer: &Layer| layer.part.rows_of(removed.iter().copied()).next().is_some();
    let mut parts = Vec::with_capacity(kept + flushed.len());
    for (layer, entry) in older.iter().zip(entries).take(kept) {
        if has_removed(layer) {
            let rest = merged(std::slice::from_ref(layer), None, &BTreeMap::new(), usize::MAX);
            parts.extend(rest.into_iter().map(|made| Next::New(made, Some(entry.tier))));
        } else {
            parts.push(Next::Kept(entry.clone()));
        }
    }
    parts.extend(flushed.into_iter().map(|made| Next::New(made, None)));
    State { parts, newest: newest.object }
}

/// Two attempts never write under the same name, and a repeat of one writes the same again. The generation tells whether
/// the commit can still take place.
fn part_name(generation: u64, attempt: &Attempt, object: &Bytes) -> String {
    let attempt = crc32fast::hash(attempt.0.as_bytes());
    format!("{generation:020}-{attempt:08x}-{:08x}", crc32fast::hash(object))
}

/// Writes the new parts, and then the manifest that lists them.
async fn write(
    store: &mut Store<'_>,
    base: &Snapshot,
    state: State,
    sweep: Sweep,
    now: DateTime<Utc>,
    attempt: &Attempt,
) -> Result<Snapshot, SearchError> {
    let generation = base.generation() + 1;
    if sweep::is_old(&base.manifest, now) && store.newest_generation(base.generation()).await?.is_some() {
        return Err(SearchError::Conflict);
    }
    let mut parts = Vec::with_capacity(state.parts.len());
    let mut written = BTreeMap::new();
    for next in state.parts {
        match next {
            Next::Kept(entry) => parts.push(entry),
            Next::New(Made { object, rows }, tier) => {
                let name = part_name(generation, attempt, &object);
                store.write_part(&name, object.clone()).await?;
                let (tier, rows, bytes) = (tier.unwrap_or(generation), rows as u64, object.len() as u64);
                parts.push(PartEntry { name: name.clone(), tier, rows, bytes });
                written.insert(name, object);
            }
        }
    }
    let is_gone = |entry: &&PartEntry| !parts.contains(entry);
    let gone = base.manifest.parts.iter().filter(is_gone);
    let mut retired = sweep.retired;
    retired.extend(gone.map(|entry| Retired { name: entry.name.clone(), at: now }));
    let marks = sweep::marks(sweep.marks, generation, now);
    let kept_from = sweep.kept_from;
    let manifest = Manifest { generation, attempt: attempt.0.clone(), as_of: now, parts, retired, marks, kept_from };
    let object = Bytes::from(manifest.write(&state.newest));
    store.create_manifest(generation, object.clone()).await?;
    assemble(store, Some(base), &object, generation, &written).await
}

/// The snapshot of a manifest: with the parts of a known one, those at hand, and the rest from the store.
async fn assemble(
    store: &mut Store<'_>,
    known: Option<&Snapshot>,
    object: &Bytes,
    generation: u64,
    at_hand: &BTreeMap<String, Bytes>,
) -> Result<Snapshot, SearchError> {
    let damaged = |path: String| move |reason: Damage| SearchError::Damaged { object: path, reason };
    let (manifest, newest) = Manifest::read(object).map_err(damaged(store.manifest_path(generation).to_string()))?;
    if manifest.generation != generation {
        return Err(damaged(store.manifest_path(generation).to_string())(Damage("it has another number")));
    }
    let known_layer = |name: &str| {
        let layers = known.map(|known| known.layers.as_slice()).unwrap_or_default();
        layers.iter().find(|layer| layer.name.as_deref() == Some(name))
    };
    let unknown = |entry: &&PartEntry| known_layer(&entry.name).is_none() && !at_hand.contains_key(&entry.name);
    let unknown: Vec<String> = manifest.parts.iter().filter(unknown).map(|entry| entry.name.clone()).collect();
    let read = store.parts(&unknown).await?;
    let mut layers = Vec::with_capacity(manifest.parts.len() + 1);
    for PartEntry { name, .. } in &manifest.parts {
        if let Some(layer) = known_layer(name) {
            layers.push(layer.clone());
            continue;
        }
        let missing = || SearchError::Missing { object: store.part_path(name).to_string() };
        let object = at_hand.get(name).or_else(|| read.get(name)).ok_or_else(missing)?;
        let part = Part::read(object).map_err(damaged(store.part_path(name).to_string()))?;
        layers.push(Layer { name: Some(name.clone()), part: Arc::new(part), hidden: Arc::default() });
    }
    let own = Part::read(&newest).map_err(damaged(store.manifest_path(generation).to_string()))?;
    layers.push(Layer { name: None, part: Arc::new(own), hidden: Arc::default() });
    let is_known: Vec<bool> =
        layers.iter().map(|layer| layer.name.as_deref().is_some_and(|name| known_layer(name).is_some())).collect();
    hide(&mut layers, &is_known);
    Ok(Snapshot { business: store.business(), manifest, layers, newest, cost: store.cost })
}

/// Hides the rows for whose customers a newer part has one. A known part's rows that known parts hide are hidden
/// already, and stay so: a row goes from the index only if all older ones of its customer do.
fn hide(layers: &mut [Layer], is_known: &[bool]) {
    for place in 0..layers.len() {
        let Some((older, newer)) = layers.get_mut(place..).and_then(<[Layer]>::split_first_mut) else { continue };
        let older_known = is_known.get(place).copied().unwrap_or(false);
        let hidden = Arc::make_mut(&mut older.hidden);
        hidden.grow(older.part.len());
        let newer_known = is_known.get(place + 1..).unwrap_or_default();
        for (newer, known) in newer.iter().zip(newer_known) {
            if !(older_known && *known) {
                older.part.shared_with(&newer.part).for_each(|row| hidden.insert(row));
            }
        }
    }
}
