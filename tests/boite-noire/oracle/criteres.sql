-- What is measured, and what PostGIS finds. A measure that a parcel lacks on both sides is not compared.
-- `rien`: what we publish where nothing was found, when PostGIS has no line. `partout`: whether a parcel where we
-- publish nothing is a fault; where it is not, the column is documented as measured only where it serves.
create unlogged table mesures (rang serial, mesure text primary key, absolue float8, relative float8, rien float8,
  partout bool default true);
-- `jeu` is what this value may be off by, beyond the measure's own tolerance.
create unlogged table attendus (mesure text, parcelle int, valeur float8, jeu float8 default 0);

insert into attendus
  -- On the ellipsoid, along edges that are straight in the projection. Ours takes the scale at the parcel's centre.
  select 'surface_m2', parcelle,
    ST_Area(ST_Transform(ST_SetSRID(ST_Segmentize(geom, 50), 2154), 4326)::geography) from p;
insert into attendus
  select 'ces', parcelle, ST_Area(ST_Union(b.geom)) / max(p.aire) from batis b join p using (parcelle)
    where not eclat group by parcelle;
insert into attendus
  select 'dist_' || replace(kind, '_industriel', '') || '_m', parcelle, distance
    from (select distinct kind from equipements) k cross join p
    cross join lateral (
      select ST_Distance(e.geometry, p.geom) as distance from equipements e
      where e.kind = k.kind order by e.geometry <-> p.geom limit 1) d
    where distance < 5000;
insert into mesures (mesure, absolue, relative, rien) values
  ('surface_m2', 0.005, 2e-6, null), ('ces', 1e-6, 0, 0),
  -- Published to 0.1 m; beyond the 5 km searched, 5000.
  ('dist_transport_m', 0.06, 0, 5000), ('dist_ecole_m', 0.06, 0, 5000), ('dist_commerce_m', 0.06, 0, 5000),
  ('dist_sante_m', 0.06, 0, 5000), ('dist_mairie_m', 0.06, 0, 5000), ('dist_risque_m', 0.06, 0, 5000);
