/// Why SQS refuses a request or an entry of a batch; codes and texts are AWS's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {text}")]
pub struct Refusal {
    /// Code in the JSON protocol, like `QueueDoesNotExist`.
    pub code: &'static str,
    /// The sentence that tells the caller the reason.
    pub text: String,
    /// 400 if the sender is to blame.
    pub status: u16,
}

impl Refusal {
    /// A refusal that blames the sender.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), status: 400 }
    }

    /// Whether the sender is to blame.
    pub fn sender_fault(&self) -> bool {
        self.status < 500
    }

    /// Code in the older query protocol, which SDKs read from the header `x-amzn-query-error`.
    pub fn query_code(&self) -> String {
        match self.code {
            "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
            "QueueNameExists" => "QueueAlreadyExists".to_owned(),
            "TooManyEntriesInBatchRequest"
            | "EmptyBatchRequest"
            | "BatchEntryIdsNotDistinct"
            | "BatchRequestTooLong"
            | "InvalidBatchEntryId"
            | "MessageNotInflight"
            | "UnsupportedOperation" => format!("AWS.SimpleQueueService.{}", self.code),
            code => code.to_owned(),
        }
    }

    pub(crate) fn no_queue() -> Self {
        Self::new("QueueDoesNotExist", "The specified queue does not exist.")
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new("MissingParameter", format!("The request must contain the parameter {parameter}."))
    }

    pub(crate) fn invalid(parameter: &str, value: impl std::fmt::Display, reason: &str) -> Self {
        let text = format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
        Self::new("InvalidParameterValue", text)
    }

    pub(crate) fn receipt_handle() -> Self {
        Self::new("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
    }

    pub(crate) fn internal() -> Self {
        let text = "We encountered an internal error. Please try again.".to_owned();
        Self { code: "InternalError", text, status: 500 }
    }
}
