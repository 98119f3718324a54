-- Zones after the rule of precedence (design §7.1): where two overlap, the later document wins, then the smaller
-- polygon, then the identifier. The largest takes what is left over when it is a sliver; the shares of the five
-- types and what no type covers add up to 1.
create unlogged table lecture as
  select rang as objet,
    case trim(secteur_cc) when '01' then 'u' when '02' then 'u' when '03' then 'n' when '99' then null
      else case when cle(libelle) in (select cle(l) from liste('destinations.libelles_rnu') l) then 'u'
        else lower(typezone) end end as espece,
    row_number() over (order by greatest(datvalid, datappro) desc nulls last,
      ST_Area(case when ST_IsValid(geometry) then geometry else valide(geometry) end), id) as priorite
  from zonage;
create unique index on lecture (objet);

create unlogged table zones_sur as
  select a.parcelle, a.objet, a.total, l.espece, l.priorite,
    coalesce(ST_CollectionExtract(ST_Difference(a.geom, avant.geom), 3), a.geom) as geom, null::float8 as aire
  from pieces a join lecture l using (objet)
  cross join lateral (
    select ST_Union(b.geom) as geom from pieces b join lecture m using (objet)
    where b.couche = 'zonage' and b.parcelle = a.parcelle and not b.eclat and m.priorite < l.priorite) avant
  where a.couche = 'zonage' and not a.eclat;
update zones_sur set aire = ST_Area(geom);
delete from zones_sur where aire <= 1e-6;
create index on zones_sur (parcelle);

create unlogged table restes as
  select parcelle, ST_Difference(p.geom, ST_Union(z.geom)) as geom, p.aire as total, null::float8 as aire, false as eclat
  from zones_sur z join p using (parcelle) group by parcelle, p.geom, p.aire having p.aire - sum(z.aire) > 1e-6;
update restes set aire = ST_Area(geom);
update restes set eclat = true where aire < total / 2 and (aire < 1 or 2 * aire < 0.2 * ST_Perimeter(sans_fil(geom)));
create unlogged table zones_principales as
  select distinct on (parcelle) parcelle, objet, espece from zones_sur order by parcelle, aire desc, objet;

insert into attendus
  select 'part_' || espece, parcelle, sum(aire) / max(total) from (
    select parcelle, espece, aire, total from zones_sur
    union all select parcelle, espece, aire, total from restes join zones_principales using (parcelle) where eclat) z
  where espece is not null group by parcelle, espece;
insert into attendus
  select 'part_zone_inconnue', p.parcelle, greatest(0, 1 - coalesce(sum(valeur), 0)) from p
  left join attendus a on a.parcelle = p.parcelle and a.mesure in ('part_u', 'part_auc', 'part_aus', 'part_a', 'part_n')
  group by p.parcelle;
insert into mesures (mesure, absolue, relative, rien, partout) values
  ('part_u', 1e-6, 0, 0, true), ('part_auc', 1e-6, 0, 0, true), ('part_aus', 1e-6, 0, 0, true),
  ('part_a', 1e-6, 0, 0, true), ('part_n', 1e-6, 0, 0, true),
  -- Unknown everywhere where no zone was loaded.
  ('part_zone_inconnue', 1e-6, 0, null, false);
