//! The columns of a layer, said once: Arrow schema, GeoParquet, GeoJSON, exports and documentation all read this.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Couche;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// UTF-8 text, including codes and identifiers.
    Text,
    /// 64-bit integer.
    Integer,
    /// 64-bit float.
    Real,
    /// True or false.
    Boolean,
    /// Civil date.
    Date,
    /// List of texts.
    TextList,
}

/// One column of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Column name, as in files and addresses.
    pub name: &'static str,
    /// Type of the values.
    pub kind: FieldKind,
    /// Whether the value may be unknown.
    pub nullable: bool,
    /// Unit of the values (`m²`, `m`, `part`, …), empty for none.
    pub unit: &'static str,
    /// French label for a reader.
    pub label: &'static str,
}

impl Field {
    /// A column that always has a value.
    pub const fn required(
        name: &'static str,
        kind: FieldKind,
        unit: &'static str,
        label: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            nullable: false,
            unit,
            label,
        }
    }

    /// A column whose value may be unknown.
    pub const fn nullable(
        name: &'static str,
        kind: FieldKind,
        unit: &'static str,
        label: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            nullable: true,
            unit,
            label,
        }
    }
}

/// The geometry of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GeometryKind {
    /// No geometry at all (tables by commune).
    None,
    /// Multi-polygons.
    Surface,
    /// Points.
    Point,
    /// Multi-lines.
    Line,
    /// Points or multi-polygons, feature by feature (brownfields). Split before it is served.
    Mixed,
}

/// A row of a canonical layer. Serialises with serde to exactly the columns of [`LayerRow::FIELDS`].
pub trait LayerRow: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The layer.
    const COUCHE: Couche;
    /// Its columns, geometry apart.
    const FIELDS: &'static [Field];
    /// The value of each column, in the order of [`Self::FIELDS`].
    const VALUES: &'static [fn(&Self) -> Value<'_>];
    /// Its geometry.
    const GEOMETRY: GeometryKind;

    /// The row's identifier within its layer: orders rows deterministically and names features.
    fn key(&self) -> String;

    /// The commune that the row itself names, when it does.
    fn commune(&self) -> Option<crate::CodeInsee> {
        None
    }
}

/// What a column holds in one row: what serde writes, without a call for each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Unknown.
    Null,
    /// UTF-8 text, code or identifier.
    Text(&'a str),
    /// 64-bit integer.
    Integer(i64),
    /// 64-bit float.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// Civil date.
    Date(jiff::civil::Date),
    /// List of texts.
    TextList(&'a [String]),
}

/// A Rust type that can be a column, so that [`row!`](crate::row) derives the schema from the struct.
pub trait Column {
    /// Type of the column.
    const KIND: FieldKind;
    /// Whether it may be unknown.
    const NULLABLE: bool = false;

    /// The value, of that type.
    fn value(&self) -> Value<'_>;
}

macro_rules! columns {
    ($kind:ident, |$v:ident| $value:expr, $($t:ty),+) => { $(impl Column for $t {
        const KIND: FieldKind = FieldKind::$kind;

        fn value(&self) -> Value<'_> {
            let $v = self;
            Value::$kind($value)
        }
    })+ };
}

columns!(Text, |v| v.as_str(), String, crate::Idu, crate::CodeInsee);
columns!(
    Text,
    |v| v.code(),
    crate::Couche,
    crate::codes::TypeZone,
    crate::codes::StatutFriche,
    crate::codes::Pollution,
    crate::codes::OccupationFriche,
    crate::codes::EtatTerrain,
    crate::codes::TypeSite,
    crate::codes::Vocation,
    crate::codes::ClasseContrainte,
    crate::codes::KindEquipement,
    crate::codes::NatureActivite,
    crate::codes::UsageBatiment,
    crate::codes::ZoneAbc,
    crate::codes::ClasseProprietaire,
    crate::codes::Propriete,
    crate::codes::TypeDocument,
    crate::codes::NiveauTrajectoire,
    crate::codes::NatureDeclaration,
    crate::codes::NiveauTerritoire,
    crate::codes::OrigineObjectif,
    crate::codes::StatutGarantie,
    crate::codes::StatutPene,
    crate::codes::StatutEnveloppe,
    crate::codes::StatutPart,
    crate::codes::Epuisement,
    crate::codes::Moment,
    crate::codes::Periode
);
columns!(Integer, |v| *v, i64);
columns!(Real, |v| *v, f64);
columns!(Boolean, |v| *v, bool);
columns!(Date, |v| *v, jiff::civil::Date);
columns!(TextList, |v| v, Vec<String>);

impl<T: Column> Column for Option<T> {
    const KIND: FieldKind = T::KIND;
    const NULLABLE: bool = true;

    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

/// Declares a row struct and its column list in one place.
///
/// ```ignore
/// row! {
///     /// A point of interest.
///     Equipement: Equipements, Point, key |r| r.id.clone();
///     id: String = "" "Identifiant";
///     nom: Option<String> = "" "Nom";
/// }
/// ```
#[macro_export]
macro_rules! row {
    ($(#[$doc:meta])* $name:ident: $couche:ident, $geom:ident, key |$r:ident| $key:expr $(, commune |$c:ident| $commune:expr)?;
     $($field:ident: $ty:ty = $unit:literal $label:literal;)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $(#[doc = $label] #[doc = $unit] pub $field: $ty,)+ }

        impl $crate::LayerRow for $name {
            const COUCHE: $crate::Couche = $crate::Couche::$couche;
            const GEOMETRY: $crate::GeometryKind = $crate::GeometryKind::$geom;
            const FIELDS: &'static [$crate::Field] = &[$($crate::Field {
                name: stringify!($field),
                kind: <$ty as $crate::field::Column>::KIND,
                nullable: <$ty as $crate::field::Column>::NULLABLE,
                unit: $unit,
                label: $label,
            },)+];
            const VALUES: &'static [fn(&Self) -> $crate::field::Value<'_>] =
                &[$(|row| $crate::field::Column::value(&row.$field),)+];

            fn key(&self) -> String { let $r = self; $key }
            $(fn commune(&self) -> Option<$crate::CodeInsee> { let $c = self; $commune })?
        }
    };
}
