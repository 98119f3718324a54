-- Shares by theme: which objects make each, by the rule set of the edition (table `bareme`, one row of jsonb), then
-- the area of their union in the parcel. Overlaps count once; slivers of an object do not count.

create function t.liste(cle text) returns setof text language sql stable as
  $$ select jsonb_array_elements_text(b #> string_to_array(cle, '.')) from t.bareme $$;
-- Case, accents and punctuation aside.
create function t.cle(s text) returns text language sql immutable as
  $$ select trim(regexp_replace(lower(regexp_replace(normalize(coalesce(s, ''), NFKD), '[\u0300-\u036f]', '', 'g')),
       '[^[:alnum:]]+', ' ', 'g')) $$;

create unlogged table effets as
  with codes as (
    select rang as objet, lpad(trim(typepsc), 2, '0') as genre,
      lpad(trim(typepsc), 2, '0') || '-' || lpad(coalesce(nullif(trim(stypepsc), ''), '00'), 2, '0') as code,
      exists (select from liste('prescriptions.mots_logement') m
        where position(cle(m) in cle(concat_ws(' ', libelle, txt))) > 0) as logement
    from prescriptions),
  -- A reserved site without subtype is for social mix when its label says so (design §7.3).
  listes(liste, effet, logement) as (values
    ('interdiction', 'interdiction_construire', null), ('emplacement_reserve', 'emplacement_reserve', null),
    ('emplacement_generique', 'er_mixite', true), ('emplacement_generique', 'emplacement_reserve', false),
    ('mixite', 'er_mixite', null), ('autre', 'er_autre', null), ('gele', 'site_gele', null), ('sms', 'sms', null),
    ('stecal', 'stecal', null))
  select distinct c.objet, l.effet from codes c join listes l on c.logement = coalesce(l.logement, c.logement)
  -- A type alone stands for its subtypes, but for "05", which is a reserved site without subtype.
  where c.code in (select liste('prescriptions.' || l.liste))
    or l.liste <> 'emplacement_generique' and c.genre in (select liste('prescriptions.' || l.liste));

create unlogged table groupes as
  select c.rang as objet, g.groupe from contraintes c
  cross join unnest(array['ppr', 'sis', 'patrimoine', 'environnement', 'qpv', 'bruit']) as g(groupe)
  where exists (select from liste('contraintes.' || g.groupe) l where starts_with(cle(c.categorie), cle(l)));
-- A ban or a prescription is a matter of risks and easements; heritage, nature, noise and QPV have their own column.
create unlogged table interdictions as
  select rang as objet, classe from contraintes where classe in ('interdiction', 'prescription') and not exists (
    select from groupes g where g.objet = contraintes.rang
      and g.groupe in ('patrimoine', 'environnement', 'qpv', 'bruit'));

create unlogged table criteres as
  select 'prescriptions' as couche, objet, effet as critere from effets
  union all select 'contraintes', objet, classe from interdictions
  union all select 'contraintes', rang, classe from contraintes where classe in ('etude', 'information')
  union all select 'contraintes', rang, 'classe_inconnue' from contraintes where classe = 'inconnue'
  union all select 'contraintes', objet, 'ppr_inconnue' from groupes join contraintes on rang = objet
    where groupe = 'ppr' and classe = 'inconnue'
  union all select 'contraintes', objet, groupe from groupes where groupe in ('sis', 'patrimoine', 'environnement', 'qpv')
  union all select 'perimetres', rang, case genre when 'QPV' then 'qpv' else 'agricole' end from perimetres
    where genre in ('QPV', 'RPG')
  union all select 'occupation', rang, 'artificialisee' from occupation where artif
  union all select 'occupation', rang, 'agricole' from occupation where code_us in ('US1.1', 'US1.2')
  union all select 'occupation', rang, 'usage_incompatible' from occupation
    where code_cs in (select liste('vetos.occupation_incompatible'))
      or code_us in (select liste('vetos.occupation_incompatible'))
  union all select 'activite', rang, 'usage_incompatible' from activite
    where nature in (select liste('vetos.natures_incompatibles'));
create index on criteres (couche, objet);

insert into attendus
  select 'part_' || critere, parcelle, ST_Area(ST_Union(geom)) / max(total)
  from pieces join criteres using (couche, objet) where not eclat group by parcelle, critere;
-- Of the natures of activity, the one that covers the most.
insert into attendus
  select 'part_activite', parcelle, max(part) from (
    select parcelle, nature, ST_Area(ST_Union(geom)) / max(total) as part
    from pieces join activite on rang = objet where couche = 'activite' and not eclat and nature is not null
    group by parcelle, nature) n group by parcelle;
-- Of the brownfields, the one that cites the parcel or covers the most.
insert into attendus
  select 'part_friche', parcelle, max(part) from contacts where couche = 'friches' group by parcelle;
-- In the polygons of business parks; where there is none, in the plot that cites the parcel or covers the most.
insert into attendus
  select 'part_zae', parcelle, coalesce(z.part, t.part) from (
    select parcelle, ST_Area(ST_Union(geom)) / max(total) as part from pieces
    where couche = 'zae' and not eclat group by parcelle) z
  full join (select parcelle, max(part) as part from contacts where couche = 'terrains' group by parcelle) t using (parcelle);
-- Of the buildings of the parcel, each taken whole ("the building itself lies in the ban", bareme), what its bans cover.
insert into attendus
  select 'part_bati_interdiction', parcelle, ST_Area(ST_Intersection(b.geom, i.geom)) / ST_Area(b.geom)
  from (select parcelle, ST_Union(valide(geometry)) as geom from batis b join batiments on rang = batiment
        where not eclat group by parcelle) b
  join (select parcelle, ST_Union(o.geom) as geom from pieces e join interdictions using (objet)
        join objets o using (couche, objet)
        where couche = 'contraintes' and classe = 'interdiction' and not eclat group by parcelle) i using (parcelle);
delete from attendus where mesure like 'part_%' and valeur <= 0;

insert into mesures (mesure, absolue, relative, rien)
  select 'part_' || critere, 1e-6, 0, 0 from unnest(array['etude', 'information', 'classe_inconnue', 'artificialisee',
    'interdiction', 'prescription', 'ppr_inconnue', 'sis', 'patrimoine', 'environnement', 'qpv', 'bati_interdiction',
    'interdiction_construire', 'emplacement_reserve', 'er_mixite', 'er_autre', 'site_gele', 'sms', 'stecal',
    'agricole', 'activite', 'usage_incompatible', 'friche', 'zae']) critere;
