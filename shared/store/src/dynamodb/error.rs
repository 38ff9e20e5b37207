//! Why the store could not answer. A request that the data does not allow is no error, but an outcome of the operation.
//! No error carries an item, a key or a text of DynamoDB's, as those may hold personal data.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Why the store could not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The function was not given this table.
    #[error("no table of {0} is configured")]
    NoTable(&'static str),
    /// DynamoDB asked for less, and the SDK's own retries are used up.
    #[error("{0}: throttled")]
    Throttled(&'static str),
    /// DynamoDB could not be reached, did not answer or failed.
    #[error("{0}: unavailable")]
    Unavailable(&'static str),
    /// Others kept changing the same item.
    #[error("{0}: contended")]
    Contended(&'static str),
    /// An item does not have the form it should have.
    #[error("an item of {0} cannot be read")]
    Corrupt(&'static str),
    /// A record cannot be written as an item.
    #[error("a record of {0} cannot be written")]
    Unwritable(&'static str),
    /// DynamoDB refused the request itself, with this code.
    #[error("{operation}: {code}")]
    Refused {
        /// The operation of DynamoDB.
        operation: &'static str,
        /// DynamoDB's error code.
        code: String,
    },
    /// The cursor is not one of this list of this business.
    #[error("not a cursor of this list")]
    BadCursor,
}

impl StoreError {
    /// Whether the same call may succeed a little later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::Unavailable(_) | Self::Contended(_))
    }

    pub(crate) fn of<E: ProvideErrorMetadata, R>(operation: &'static str, error: &SdkError<E, R>) -> Self {
        match error {
            SdkError::ServiceError(service) => match service.err().code() {
                Some(
                    "ThrottlingException"
                    | "ProvisionedThroughputExceededException"
                    | "RequestLimitExceeded"
                    | "LimitExceededException",
                ) => Self::Throttled(operation),
                Some("TransactionConflictException" | "TransactionInProgressException") => Self::Contended(operation),
                None | Some("InternalServerError" | "InternalServerErrorException" | "ServiceUnavailable") => {
                    Self::Unavailable(operation)
                }
                Some(code) => Self::Refused { operation, code: code.to_owned() },
            },
            SdkError::ConstructionFailure(_) => Self::Refused { operation, code: "construction".to_owned() },
            _ => Self::Unavailable(operation),
        }
    }
}
