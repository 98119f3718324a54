-- Ours beside PostGIS's.
create index on attendus (mesure, parcelle);
create unlogged table paires as
  with publiees as materialized (select rang as parcelle, to_jsonb(n) as colonnes from parcelles n)
  select mesure, p.parcelle, p.idu, null::int as objet, case when partout or publie is not null then a.valeur end as postgis,
    coalesce(a.jeu, 0) as jeu, nullif(publie, rien) as nous
  from mesures cross join p join publiees using (parcelle)
  cross join lateral (select (colonnes ->> mesure)::float8 as publie) ours
  left join attendus a using (mesure, parcelle);
insert into mesures (mesure, absolue, relative)
  select 'recouvrements : ' || couche, 1e-6, 0 from (
    select distinct couche from objets union select couche from recouvrements) c where couche <> 'occupation';
insert into paires
  select 'recouvrements : ' || couche, parcelle, coalesce(p.idu, r.idu), objet, c.part, 0,
    -- A parcel is designated by its rank and by its identifier, which must be one.
    case when p.idu = r.idu then r.part end
  from recouvrements r full join contacts c using (couche, parcelle, objet) left join p using (parcelle);

create view ecarts as
  select *, abs(nous - postgis) as ecart, abs(nous - postgis) > absolue + relative * postgis + jeu as hors
  from paires join mesures using (mesure) where nous is not null or postgis is not null;
create view bilan as
  select m.rang, m.mesure, count(ecart) as comparees, coalesce(max(ecart), 0) as ecart,
    count(*) filter (where hors) as hors,
    count(*) filter (where postgis is null and nous is not null) as nous,
    count(*) filter (where nous is null and postgis is not null) as postgis,
    case when m.mesure = 'ces' then (select count(*) from batis where eclat)
      else (select count(*) from pieces where eclat and m.mesure = 'recouvrements : ' || couche) end as eclats
  from mesures m left join ecarts e using (mesure) group by m.rang, m.mesure having count(e.mesure) > 0
  union all
  select 1000, 'éclats de plus de 0,01 m², dont compte publié', s.n, abs(s.n - r.eclats), (s.n <> r.eclats)::int, 0, 0, s.n
  from rapport r cross join (select count(*) as n from pieces where eclat and aire > 0.01) s
  union all
  -- A few parcels make no average.
  select 1001, 'contour de la tache, décalage moyen en mètres', n, decalage, (decalage > quart_de_maille)::int, 0, 0, 0
  from contour where n >= 30;
create view exemples as
  select mesure, idu, objet, 'nous ' || coalesce(nous::text, '-') as nous, 'PostGIS ' || coalesce(postgis::text, '-') as postgis
  from (select *, row_number() over (partition by mesure order by ecart desc nulls first) as n from ecarts
        where hors or nous is null or postgis is null) x where n <= 5 order by rang, n;
