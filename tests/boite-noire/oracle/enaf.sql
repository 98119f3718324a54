-- What a project would take: the usable part outside the urban patch, and the usable part that OCS GE does not call
-- artificialised, which opens the interval of the ENAF at its other end (bareme).
insert into attendus
  select 'part_hors_tache', parcelle, juste, jeu from hors_tache;
-- Of the published usable area, compared on its own.
insert into attendus
  select 'enaf_m2', parcelle, juste * n.utile_m2, jeu * n.utile_m2 from hors_tache join parcelles n on n.rang = parcelle;

create unlogged table nettes as
  select a.parcelle, n.utile_m2,
    s.valeur / p.aire * case when a.vide then 0 else ST_Area(a.geom) - coalesce(artif.aire, 0) end as net,
    4e-6 * n.utile_m2 + case when a.entier then 0 else 0.0005 * ST_Perimeter(a.geom) end as jeu
  from assiettes a join p using (parcelle) join parcelles n on n.rang = a.parcelle and n.artif_nette_m2 is not null
  join attendus s on s.parcelle = a.parcelle and s.mesure = 'surface_m2'
  cross join lateral (
    select ST_Area(ST_Intersection(a.geom, ST_Union(e.geom))) as aire from pieces e join criteres using (couche, objet)
    where e.parcelle = a.parcelle and e.couche = 'occupation' and critere = 'artificialisee' and not e.eclat) artif;
insert into attendus
  select 'artif_nette_m2', parcelle, net, jeu from nettes;
-- Where OCS GE tells nothing, both ends are the reading of the patch; where buildings tell nothing, none and all.
insert into attendus
  select bout.mesure, parcelle, bout.valeur, coalesce(t.jeu, 0) + coalesce(c.jeu, 0)
  from (select parcelle, valeur, jeu from attendus where mesure = 'enaf_m2') t full join nettes c using (parcelle)
  cross join lateral (values
    ('enaf_min_m2', case when t.valeur is null then 0 else least(t.valeur, net) end),
    ('enaf_max_m2', case when t.valeur is null then utile_m2 else greatest(t.valeur, net) end)) bout(mesure, valeur);
insert into mesures (mesure, absolue, relative, rien, partout) values
  ('part_hors_tache', 1e-6, 0, null, false), ('enaf_m2', 0.01, 0, null, false), ('artif_nette_m2', 0.01, 0, null, false),
  ('enaf_min_m2', 0.01, 0, null, false), ('enaf_max_m2', 0.01, 0, null, false);
