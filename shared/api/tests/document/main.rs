//! The document: kept as it is made, valid, with examples that fit, and in step with the domain and the template.

#[cfg(test)]
mod examples;
#[cfg(test)]
mod snapshot;
#[cfg(test)]
mod template;
#[cfg(test)]
mod valid;
#[cfg(test)]
mod values;
