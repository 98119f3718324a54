/// What can go wrong while scoring. Valid layers never fail.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The territory asked for is in no perimeter loaded.
    #[error("territoire : {genre} « {nom} » absent des périmètres chargés")]
    TerritoireInconnu {
        /// SCoT or EPCI.
        genre: &'static str,
        /// Identifier or name asked for.
        nom: String,
    },
    /// The layers are not all in one metric projection.
    #[error(
        "les couches ne sont pas toutes dans la même projection métrique ({attendue}, {trouvee})"
    )]
    Projection {
        /// Projection of the parcels.
        attendue: gisement_model::Crs,
        /// Projection of another layer.
        trouvee: gisement_model::Crs,
    },
    /// Rows could not be turned into columns.
    #[error(transparent)]
    Store(#[from] gisement_store::Error),
}
