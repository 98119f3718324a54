//! Which edition an address is about: the served one, or one named by the address.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::{Base, encode};
use crate::state::State;

/// An edition, and the address under which it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) edition: Arc<Edition>,
    /// Where the service answers, without trailing slash.
    pub(crate) base: String,
    /// What stands before `/collections`: nothing, or `/editions/{id}`.
    pub(crate) prefix: String,
}

impl Place {
    /// The address of something of the edition, absolute.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{}{path}", self.base, self.prefix)
    }
}

impl FromRequestParts<State> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let Ok(Base(base)) = Base::from_request_parts(parts, state).await;
        let named = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found("Cette adresse ne désigne rien."))?
            .iter()
            .find(|(name, _)| *name == "edition")
            .map(|(_, id)| id.to_owned());
        Ok(match named {
            Some(id) => Self {
                edition: state.editions().get(&id).await?,
                base,
                prefix: format!("/editions/{}", encode(&id)),
            },
            None => Self {
                edition: state.edition(),
                base,
                prefix: String::new(),
            },
        })
    }
}
