-- The usable part (design §7.1): the parcel without zones A and N (but a STECAL, and, where those zones hold the
-- parcel, the footprint of a building that may change use), bans, protected woods, reserved sites, water, cemeteries, and the
-- roads, railways and water of OCS GE from 10 % of the parcel. Pieces that are slivers do not count.
create unlogged table fermees as
  select parcelle, ST_Union(geom) as geom from (
    select parcelle, geom from zones_sur where espece in ('a', 'n')
    union all select parcelle, geom from restes join zones_principales using (parcelle) where eclat and espece in ('a', 'n')) z
  group by parcelle;
create unlogged table ouvertes as
  with an as (
    select parcelle from attendus where mesure in ('part_a', 'part_n') group by parcelle
    having sum(valeur) >= (select (b #>> '{vetos,part_zone_na}')::float8 from bareme))
  select parcelle, ST_Union(geom) as geom from (
    select parcelle, geom from pieces join criteres using (couche, objet) where critere = 'stecal' and not eclat
    union all
    select parcelle, b.geom from batis b join an using (parcelle) join parcelles n on n.rang = parcelle
    where not eclat and n.plus_grand_batiment_m2 >= (select (b #>> '{tache_urbaine,batiment_min_m2}')::float8 from bareme)
      and n.usage_bati is distinct from 'Résidentiel') o
  group by parcelle;
create unlogged table interdites as
  with retraits as (
    select parcelle, couche, geom, aire, total from pieces join criteres using (couche, objet)
    where not eclat and ((couche, critere) in (('contraintes', 'interdiction'),
      ('prescriptions', 'interdiction_construire'), ('prescriptions', 'emplacement_reserve'))
      or critere = 'usage_incompatible')),
  reseau as (
    select parcelle from retraits where couche = 'occupation' group by parcelle
    having sum(aire) / max(total) >= (select (b #>> '{vetos,part_occupation}')::float8 from bareme))
  select parcelle, ST_Union(geom) as geom from retraits
  where couche <> 'occupation' or parcelle in (select parcelle from reseau) group by parcelle;

create unlogged table utiles as
  select parcelle, total, case when retire is null then geom else ST_Difference(geom, retire) end as geom, retire is null as entier
  from (
    select p.parcelle, p.aire as total, p.geom,
      case when f.geom is null then i.geom when i.geom is null then f.geom else ST_Union(f.geom, i.geom) end as retire
    from p
    left join (select parcelle, case when o.geom is null then f.geom else ST_Difference(f.geom, o.geom) end as geom
      from fermees f left join ouvertes o using (parcelle)) f using (parcelle)
    left join interdites i using (parcelle)) r;
create unlogged table morceaux as
  select parcelle, total, d.geom, avec_bord(d.geom) as aire, false as eclat, false as entier
    from utiles cross join lateral ST_Dump(sans_fil(geom)) d where not entier
  union all select parcelle, total, geom, ST_Area(geom), false, true from utiles where entier;
update morceaux set eclat = true where not entier and (aire < 1 or 2 * aire < 0.2 * ST_Perimeter(geom));
create unlogged table grands as
  select distinct on (parcelle) parcelle, geom, aire from morceaux where not eclat order by parcelle, aire desc;

-- True areas: planar areas in the ratio of the parcel's own. What a thread of 1 mm holds may be left out.
insert into attendus
  select 'utile_m2', p.parcelle, a.valeur * coalesce(m.aire, 0) / p.aire,
    case when u.entier then 0 else 0.0005 * ST_Perimeter(u.geom) end
  from p join attendus a using (parcelle) join utiles u using (parcelle)
  left join (select parcelle, sum(aire) as aire from morceaux where not eclat group by parcelle) m using (parcelle)
  where a.mesure = 'surface_m2';
insert into attendus
  select 'plus_grande_piece_m2', p.parcelle, a.valeur * coalesce(g.aire, 0) / p.aire
  from p join attendus a using (parcelle) left join grands g using (parcelle) where a.mesure = 'surface_m2';
-- PostGIS looks for the circle to a thousandth of the extent: its radius is that much too small at most. Ours is
-- short of the rule set's precision at most, and published to 0.1 m.
insert into attendus
  select 'diametre_inscrit_m', parcelle, coalesce(2 * (ST_MaximumInscribedCircle(g.geom)).radius, 0),
    coalesce(2 * greatest(ST_XMax(g.geom) - ST_XMin(g.geom), ST_YMax(g.geom) - ST_YMin(g.geom)) / 1000, 0)
  from p join parcelles n on n.rang = parcelle left join grands g using (parcelle) where n.diametre_inscrit_m is not null;
-- Frontage: the boundary that lies farther from any other parcel than the play between sections. Ours measures that
-- play across edges, PostGIS around vertices too: at both ends of each free stretch, it takes up to 0.3 m more.
insert into attendus
  select 'facade_m', parcelle, coalesce(ST_Length(libre), 0),
    0.6 * greatest(ST_NumGeometries(libre), ST_NumGeometries(nue))
  from (
    select p.parcelle,
      ST_LineMerge(ST_Difference(ST_Boundary(p.geom), coalesce(voisins.jeu, 'POLYGON EMPTY'))) as libre,
      ST_LineMerge(ST_Difference(ST_Boundary(p.geom), coalesce(voisins.bord, 'POLYGON EMPTY'))) as nue
    from p join parcelles n on n.rang = p.parcelle
    cross join lateral (select ST_Union(ST_Buffer(v.geom, 0.3)) as jeu, ST_Union(ST_Buffer(v.geom, 0.01)) as bord from p v
      where v.parcelle <> p.parcelle and ST_DWithin(v.geom, p.geom, 0.3)) voisins
    where n.facade_m is not null) f;
insert into mesures (mesure, absolue, relative, rien, partout) values
  ('utile_m2', 0.01, 4e-6, null, true), ('plus_grande_piece_m2', 0.01, 4e-6, null, false),
  ('diametre_inscrit_m', 0.15, 0, null, false), ('facade_m', 0.05, 0, null, false);
