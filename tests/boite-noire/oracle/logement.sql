-- What the zones say of housing over the usable part, or over the whole parcel where nothing is usable (bareme):
-- destination codes, else the dominant form or destination, else words of the label, which only presume.
create unlogged table droits as
  with mots as (
    select z.rang as objet, l.espece, trim(secteur_cc) as secteur, upper(trim(libelle)) as libelle,
      cle(libelle) in (select cle(v) from liste('destinations.libelles_rnu') v) as rnu,
      (select droit from (
          select code, droit, force,
            position(',' || code || ',' in regexp_replace(',' || codes || ',', '[^0-9]+', ',', 'g')) > 0 as cite
          from (values (destnon, 'interdit', 1), (destoui, 'autorise', 2), (destcdt, 'conditionnel', 3)) d(codes, droit, force)
          cross join liste('destinations.logement') code) c
        where cite order by code, force limit 1) as destination,
      case when exists (select from liste('destinations.formdomi_autorise') f where starts_with(trim(formdomi), f))
          or trim(destdomi) in (select liste('destinations.destdomi_autorise')) then 'autorise'
        when trim(destdomi) in (select liste('destinations.destdomi_interdit')) then 'interdit' end as dominante,
      regexp_split_to_array(cle(concat_ws(' ', libelong, libelle)), ' ') as mots
    from zonage z join lecture l on l.objet = z.rang),
  lus as (
    select objet, espece,
      case when secteur = '01' then 'autorise' when secteur in ('02', '03') then 'interdit'
        when secteur = '99' then 'inconnu' when rnu then 'rnu' when espece is null then 'inconnu'
        when espece in ('a', 'n') then 'interdit' else coalesce(destination, dominante) end as dit,
      case when exists (select from liste('destinations.libelles_interdits') i where starts_with(libelle, upper(i)))
          or mots && (select array_agg(cle(m)) from liste('destinations.mots_interdits') m) then 'interdit'
        when mots && (select array_agg(cle(m)) from liste('destinations.mots_autorises') m) then 'autorise' end as presume
    from mots)
  -- A closed AU zone is closed whatever it is meant for; an open one is set apart unless it bans housing.
  select objet, (espece = 'aus') is not true and dit is null and presume is not null as presume,
    case when espece = 'aus' then 'aus' when coalesce(dit, presume) = 'interdit' then 'interdit'
      when espece = 'auc' then 'auc' else coalesce(dit, presume, 'inconnu') end as droit
  from lus;
create unique index on droits (objet);

create unlogged table assiettes as
  select p.parcelle, coalesce(m.geom, p.geom) as geom, coalesce(entier, true) as entier, m.geom is null as vide,
    ST_Area(coalesce(m.geom, p.geom)) as aire
  from p left join (
    -- The usable part as it is, without its slivers.
    select parcelle, u.entier, case when u.entier then u.geom
      else ST_CollectionExtract(ST_Intersection(u.geom, m.geom), 3) end as geom
    from utiles u join (
      select parcelle, ST_Union(case when entier then geom else ST_Buffer(geom, 0.001, 'join=mitre') end) as geom
      from morceaux where not eclat group by parcelle) m using (parcelle)) m using (parcelle);
create unique index on assiettes (parcelle);

-- The sliver that no zone covers is of the largest zone.
create unlogged table zones_utiles as
  select z.parcelle, z.objet, case when entier then z.aire else ST_Area(ST_Intersection(z.geom, a.geom)) end as aire
  from (select parcelle, objet, geom, aire from zones_sur
    union all select parcelle, objet, r.geom, r.aire from restes r join zones_principales using (parcelle) where eclat) z
  join assiettes a using (parcelle);
create unlogged table droits_sur as
  select z.parcelle, droit, presume, sum(z.aire) / max(a.aire) as part
  from zones_utiles z join assiettes a using (parcelle) join droits using (objet) group by z.parcelle, droit, presume;
create index on droits_sur (parcelle);
-- Two zones that overlap by less than a sliver are not told apart: the parts of each may count what both hold. A
-- thread that no zone covers, 1 mm wide along the boundary, may be kept or left out.
create unlogged table debords as
  select parcelle, (case when commun < 1 then greatest(0, commun) else 0 end
    + least(fil, 0.0005 * perimetre)) / aire as jeu
  from (
    select b.parcelle, max(a.aire) as aire, max(ST_Perimeter(a.geom)) as perimetre, max(coalesce(r.aire, 0)) as fil,
      sum(case when entier then b.aire else ST_Area(ST_Intersection(b.geom, a.geom)) end) - max(z.aire) as commun
    from pieces b join assiettes a using (parcelle)
    join (select parcelle, sum(aire) as aire from zones_utiles group by parcelle) z using (parcelle)
    left join (select parcelle, aire from restes where eclat) r using (parcelle)
    where couche = 'zonage' and not b.eclat group by b.parcelle) d;
create index on debords (parcelle);
analyze droits_sur, debords;

-- A share that both sides find null is not compared.
insert into attendus
  select 'logement_' || c.droit, p.parcelle, coalesce(d.part, 0), coalesce(j.jeu, 0)
  from p join parcelles n on n.rang = p.parcelle left join debords j using (parcelle)
  cross join lateral (values ('autorise', n.logement_autorise), ('conditionnel', n.logement_conditionnel),
    ('auc', n.logement_auc), ('aus', n.logement_aus), ('rnu', n.logement_rnu), ('interdit', n.logement_interdit),
    ('presume', n.logement_presume)) c(droit, publie)
  cross join lateral (select sum(part) as part from droits_sur d
    where d.parcelle = p.parcelle and (d.droit = c.droit or c.droit = 'presume' and d.presume)) d
  where d.part > 1e-9 or publie > 0;
insert into attendus
  select 'logement_inconnu', p.parcelle, greatest(0, 1 - coalesce(d.part, 0)), coalesce(j.jeu, 0)
  from p left join debords j using (parcelle)
  left join (select parcelle, sum(part) as part from droits_sur where droit <> 'inconnu' group by parcelle) d using (parcelle);
insert into mesures (mesure, absolue, relative, rien, partout)
  select 'logement_' || droit, 1e-6, 0, 0, true
    from unnest(array['autorise', 'conditionnel', 'auc', 'aus', 'rnu', 'interdit', 'presume']) droit
  -- Unknown everywhere where no zone was loaded.
  union all select 'logement_inconnu', 1e-6, 0, null, false;
