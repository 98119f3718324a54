//! The map application, embedded in the program.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use rust_embed::RustEmbed;

use crate::answer::{self, Keep};
use crate::page;
use crate::problem::Problem;
use crate::request::quality;
use crate::tiles::brotli;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Web;

pub(crate) const INDEX: &str = "index.html";
/// Where the map says which columns of `parcelles` it filters and ranks by.
const NEEDS: &str = "statique.json";

/// The page of the map, whose addresses are relative to it; `None` when the program was built without it.
pub(crate) fn page() -> Option<String> {
    String::from_utf8(Web::get(INDEX)?.data.into_owned()).ok()
}

/// The other files of the map.
pub(crate) fn others() -> impl Iterator<Item = (Cow<'static, str>, Cow<'static, [u8]>)> {
    Web::iter()
        .filter(|name| name != INDEX && name != NEEDS && !name.starts_with('.'))
        .filter_map(|name| {
            let data = Web::get(&name)?.data;
            Some((name, data))
        })
}

/// The columns of `parcelles` that the map needs when it filters and ranks by itself.
pub(crate) fn columns_of_the_map() -> Result<Vec<String>, String> {
    #[derive(serde::Deserialize)]
    struct Needs {
        colonnes: Vec<String>,
    }
    let file = Web::get(NEEDS).ok_or_else(|| format!("la carte n’a pas de fichier {NEEDS}"))?;
    serde_json::from_slice::<Needs>(&file.data)
        .map(|n| n.colonnes)
        .map_err(|e| format!("{NEEDS} : {e}"))
}

/// A page of the map: the application decides what to show from the address.
pub(crate) async fn application(headers: HeaderMap) -> Response {
    file(INDEX, &headers).unwrap_or_else(|| {
        let note = "<p class=\"bloc\">La carte n’est pas dans cet exécutable. Construisez-la (dossier <code>web/</code>, \
            commande <code>npm run build</code>), puis recompilez le programme.</p>";
        page::page("Carte", "La carte n’a pas été construite.", false, note)
    })
}

/// Any other address: a file of the map, or nothing.
pub(crate) async fn other(uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().trim_start_matches('/');
    // The page itself has addresses of its own.
    let found = if name == INDEX {
        None
    } else {
        file(name, &headers)
    };
    found.unwrap_or_else(|| {
        Problem::not_found(
            "Cette adresse ne désigne rien. La page d’accueil liste celles qui existent.",
        )
        .into_response()
    })
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let mut asset = Web::get(name)?;
    if name == INDEX {
        // Pages of the map have addresses of several segments: what it needs is found from the root.
        asset.data = Cow::Owned(page()?.replace("\"./", "\"/").into_bytes());
    }
    let hash = blake3::Hash::from_bytes(asset.metadata.sha256_hash()).to_hex();
    // The build puts a hash in the names of these, so they may be kept.
    let keep = if name.starts_with("assets/") {
        Keep::Forever
    } else {
        Keep::Check
    };
    let accept = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let compressed = quality(accept, "br") > 0.0 && is_text(name);
    let etag = format!("\"{}{}\"", &hash[..20], if compressed { "-br" } else { "" });
    let mut response = if let Some(same) = answer::unchanged(headers, &etag, keep) {
        same
    } else {
        let body = if compressed {
            squeezed(name, &hash, &asset.data)?
        } else {
            match asset.data {
                Cow::Borrowed(b) => Bytes::from_static(b),
                Cow::Owned(v) => Bytes::from(v),
            }
        };
        let mut r = body.into_response();
        let h = r.headers_mut();
        if let Ok(v) = HeaderValue::from_str(asset.metadata.mimetype()) {
            h.insert(header::CONTENT_TYPE, v);
        }
        if compressed {
            h.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        h.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(page::POLICY),
        );
        r
    };
    answer::mark(&mut response, &etag, keep);
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    Some(response)
}

fn is_text(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ext)| ["html", "js", "mjs", "css", "svg", "json", "txt"].contains(&ext))
}

/// A file compressed once, when first asked for.
fn squeezed(name: &str, hash: &str, data: &[u8]) -> Option<Bytes> {
    type Kept = RwLock<HashMap<String, Bytes>>;
    static KEPT: LazyLock<Arc<Kept>> = LazyLock::new(Arc::default);
    let key = format!("{name} {hash}");
    if let Some(found) = KEPT.read().ok()?.get(&key) {
        return Some(found.clone());
    }
    let bytes = Bytes::from(brotli(data, 5).ok()?);
    KEPT.write().ok()?.insert(key, bytes.clone());
    Some(bytes)
}
