//! Where editions come from, and in which form: as they are, or as anyone may read them.

use gisement_model::bareme::Bareme;
use gisement_store::{DataFolder, Diffusion, Manifest, ServedEdition};

use crate::Error;

/// A data folder, and the form in which its editions are read. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    folder: DataFolder,
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    Interne,
    Publique { programme: String },
}

impl Source {
    pub(crate) fn interne(folder: DataFolder) -> Self {
        Self {
            folder,
            form: Form::Interne,
        }
    }

    pub(crate) fn publique(folder: DataFolder, programme: String) -> Self {
        Self {
            folder,
            form: Form::Publique { programme },
        }
    }

    pub(crate) fn folder(&self) -> &DataFolder {
        &self.folder
    }

    pub(crate) fn diffusion(&self) -> Diffusion {
        match self.form {
            Form::Interne => Diffusion::Interne,
            Form::Publique { .. } => Diffusion::Publique,
        }
    }

    /// The identifier of the edition to serve.
    pub(crate) fn courant(&self) -> Result<String, gisement_store::Error> {
        Ok(self.diffusion().id(&self.folder.courant()?))
    }

    /// Whether there is such an edition in this form.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.diffusion()
            .of_id(id)
            .is_some_and(|id| self.folder.edition_dir(id).is_ok())
    }

    /// What the editions say of themselves, oldest first, under their identifiers in this form. The numbers of a public
    /// form are known once it is open, not here.
    pub(crate) fn editions(&self) -> Result<Vec<Manifest>, gisement_store::Error> {
        let mut all = self.folder.editions()?;
        if self.diffusion() == Diffusion::Publique {
            for m in &mut all {
                m.id = Diffusion::Publique.id(&m.id);
                m.comptes.clear();
            }
        }
        Ok(all)
    }

    /// Opens an edition by its identifier in this form.
    pub(crate) fn open(&self, id: &str) -> Result<ServedEdition, Error> {
        let name = self.diffusion().of_id(id).unwrap_or(id);
        match &self.form {
            Form::Interne => Ok(self.folder.open(name)?),
            Form::Publique { programme } => self.folder.open_publique(name, programme, |edition| {
                let bareme = bareme(edition).map_err(|reason| Error::Bareme {
                    edition: name.to_owned(),
                    reason,
                })?;
                gisement_index::masquer(edition, &bareme).map_err(|source| Error::Publique {
                    edition: name.to_owned(),
                    source,
                })
            }),
        }
    }
}

/// Opens an edition of a data folder, named as its folder is, in the form that is for these readers. `programme`
/// identifies the program, as for [`crate::ServerConfig`].
///
/// # Errors
/// There is no such edition, or its public form cannot be derived.
pub fn open(
    folder: DataFolder,
    edition: &str,
    diffusion: Diffusion,
    programme: &str,
) -> Result<ServedEdition, Error> {
    let source = match diffusion {
        Diffusion::Interne => Source::interne(folder),
        Diffusion::Publique => Source::publique(folder, programme.to_owned()),
    };
    source.open(&diffusion.id(edition))
}

/// The rule set frozen in an edition.
pub(crate) fn bareme(edition: &ServedEdition) -> Result<Bareme, String> {
    let path = edition.file("bareme.toml");
    let said = |e: &dyn std::fmt::Display| format!("{} : {e}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|e| said(&e))?;
    Bareme::parse(&text).map_err(|e| said(&e))
}
