-- The urban patch (bareme): buildings of some size dilated then eroded, brownfields that are more than a hint (their
-- polygon and the parcels they cite) and plots of business parks in use. Here by exact buffers; ours is drawn on
-- cells. Three readings tell a cell by its centre (the footprint, the ground that dilation leaves, what erosion keeps),
-- each right to half of a cell's diagonal: the patch drawn with all at their least and all at their most bounds ours.
create unlogged table regle as
  select (b #>> '{tache_urbaine,batiment_min_m2}')::float8 as least, (b #>> '{tache_urbaine,dilatation_m}')::float8 as r,
    (b #>> '{tache_urbaine,erosion_m}')::float8 as e, (b #>> '{tache_urbaine,maille_m}')::float8 / sqrt(2) as demi
  from bareme;
create unlogged table batis_tache as
  select geom from (select valide(geometry) as geom from batiments) b, regle
  where ST_Dimension(geom) = 2 and ST_Area(geom) >= least;
create unlogged table urbanises as
  with sites as (
    select 'friches' as couche, rang as objet from friches where site_statut <> 'friche potentielle'
    union all select 'terrains', rang from terrains where etat in (select liste('tache_urbaine.terrains_urbanises')))
  select o.geom from objets o join sites using (couche, objet)
  union all select p.geom from sites join citations using (couche, objet) join p using (parcelle);

create function t.fermeture(dilate geometry, erosion float8) returns setof geometry language sql immutable as
  $$ select public.ST_Subdivide(public.ST_Buffer(d.geom, -erosion, 16), 128) from public.ST_Dump(dilate) d $$;
create unlogged table tache as
  select 'moins' as trait, fermeture(ST_Union(ST_Buffer(ST_Buffer(geom, -demi), r - demi, 16)), max(e + demi)) as geom
    from batis_tache, regle
  union all select 'juste', fermeture(ST_Union(ST_Buffer(geom, r, 16)), max(e)) from batis_tache, regle
  union all select 'plus', fermeture(ST_Union(ST_Buffer(geom, r + demi, 16)), max(e - 2 * demi)) from batis_tache, regle
  union all select trait, ST_Subdivide(ST_Buffer(geom, part * demi), 128) from urbanises, regle,
    (values ('moins', -1), ('juste', 0), ('plus', 1)) t(trait, part);
delete from tache where ST_IsEmpty(geom);
create index on tache using gist (geom);
analyze tache;

create unlogged table dehors as
  select parcelle, trait, 1 - coalesce(dedans, 0) / ST_Area(a.geom) as part
  from assiettes a join parcelles n on n.rang = parcelle and n.part_hors_tache is not null
  cross join (values ('moins'), ('juste'), ('plus')) traits(trait)
  cross join lateral (
    select ST_Area(ST_Union(ST_Intersection(a.geom, t.geom))) as dedans from tache t
    where t.trait = traits.trait and ST_Intersects(t.geom, a.geom)) d;
-- `jeu`: what lies between the bounds, and four standard deviations of a count of 250 points or more, at most two
-- cells apart. A point stands for its square: those that the contour or the outline crosses, 4/π of their length in
-- steps, are off by σ² = 1/12 square; the outline weighs a quarter at most, as it adds to both terms of the share.
create unlogged table hors_tache as
  with parts as (
    select parcelle, max(part) filter (where trait = 'juste') as juste, max(part) filter (where trait = 'moins') as moins,
      max(part) filter (where trait = 'plus') as plus
    from dehors group by parcelle),
  pas as (
    select parcelle, aire, ST_Perimeter(geom) as perimetre, least(sqrt(aire / 250), 2 * sqrt(2) * demi) as pas,
      6 * demi as bande
    from assiettes, regle)
  select parcelle, juste, (moins - plus) * aire as entre, bande, aire,
    greatest(moins - juste, juste - plus) + case when moins < 1e-9 or plus > 1 - 1e-9 then 0 else
      4 * pas * sqrt(((moins - plus) * aire / bande + perimetre / 4) * pas * 4 / pi() / 12) / aire end as jeu
  from parts join pas using (parcelle);
-- Parcel by parcel a contour may be off by a cell and more; on average it must stay where it is, to a quarter of one.
create unlogged table contour as
  select count(*) as n, coalesce(abs(sum((juste - part_hors_tache) * aire) / sum(entre / bande)), 0) as decalage,
    max(bande) / 12 / sqrt(2) as quart_de_maille
  from hors_tache join parcelles n on n.rang = parcelle where entre > 1e-9 * aire;
