//! The function as it is served, and its document against the sources that it speaks of.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod document;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod records;
#[cfg(test)]
mod routes;
