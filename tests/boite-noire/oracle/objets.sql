-- Measures every parcel of an edition again, from its published layers and the published definitions only, and
-- compares. The edition's collections are tables of the schema `t`; `rang` is the rank of a row in its collection.

create function t.valide(g geometry) returns geometry language sql immutable parallel safe as
  $$ select case when public.ST_IsValid(g) then g else public.ST_CollectionExtract(public.ST_MakeValid(g), 3) end $$;

-- GEOS leaves threads where two boundaries are one but for rounding: 0.5 mm is taken off all around before a piece is
-- told from another or its perimeter is taken, and given back to its area.
create function t.sans_fil(g geometry) returns geometry language sql immutable parallel safe as
  $$ select public.ST_Buffer(g, -0.0005, 'join=mitre') $$;
create function t.avec_bord(g geometry) returns float8 language sql immutable parallel safe as
  $$ select public.ST_Area(g) + 0.0005 * public.ST_Perimeter(g) $$;

create unlogged table p as
  select rang as parcelle, idu, geom, ST_Area(geom) as aire
  from (select rang, idu, valide(geometry) as geom from parcelles where ST_Dimension(geometry) = 2) v
  where ST_Area(geom) > 0;
create unlogged table objets as
  select 'zonage' as couche, rang as objet, geometry as geom from zonage
  union all select 'prescriptions', rang, geometry from prescriptions
  union all select 'contraintes', rang, geometry from contraintes
  -- A brownfield's rank is that of `friches`; its polygon is in `friches_emprises`.
  union all select 'friches', f.rang, e.geometry
    from (select rang, site_id, row_number() over (partition by site_id order by rang) as n from friches) f
    join (select geometry, site_id, row_number() over (partition by site_id order by rang) as n from friches_emprises) e
      using (site_id, n)
  union all select 'zae', rang, geometry from zae
  union all select 'terrains', rang, geometry from terrains
  union all select 'activite', rang, geometry from activite
  union all select 'perimetres', rang, geometry from perimetres
  -- A later edition of land cover replaces the one before.
  union all select 'occupation', rang, geometry from occupation
    where coalesce(millesime, 0) = (select coalesce(max(millesime), 0) from occupation);
delete from objets where geom is null or ST_Dimension(geom) < 2;
create unlogged table faits as
  select 1 as rang, (select count(*) from p) || ' parcelles' as fait
  union all select 2, (select count(*) from objets) || ' polygones'
  union all select 3, (select count(*) from batiments) || ' bâtiments'
  union all select 4, (select count(*) from (
      select geometry from parcelles union all select geom from objets union all select geometry from batiments) g
    where not ST_IsValid(geometry)) || ' géométries invalides (réparées par ST_MakeValid)';
update objets set geom = valide(geom) where not ST_IsValid(geom);
create index on p using gist (geom);
create unique index on p (parcelle);
create index on objets using gist (geom);
analyze p, objets;

-- Polygon by polygon.
create unlogged table pieces as
  select couche, objet, parcelle, total, geom, ST_Area(geom) as aire, false as eclat
  from (
    select o.couche, o.objet, p.parcelle, p.aire as total,
      case when ST_Covers(o.geom, p.geom) then p.geom
           else ST_CollectionExtract(ST_Intersection(p.geom, o.geom), 3) end as geom
    from objets o join p on ST_Intersects(o.geom, p.geom)) i
  where ST_Area(geom) > 1e-6;
-- A sliver (éclat) is less than half of the parcel, and under 1 m² or 0.2 m of mean width 2A/P. Ignored and counted.
update pieces set eclat = true
  where aire < total / 2 and (aire < 1 or 2 * aire < 0.2 * ST_Perimeter(geom));
create index on pieces (couche, parcelle);

-- Objects joined by reference count whole: a brownfield by the parcels it cites, by their identifier of before or after
-- a merger of communes too, else by the parcel around its point; a plot without polygon by those it cites.
create function t.avant_fusion(idu text) returns text language sql immutable as
  $$ select substr(idu, 1, 2) || substr(idu, 6, 3) || '000' || substr(idu, 9) where substr(idu, 6, 3) <> '000' $$;
create unlogged table citations as
  with cites as (
    select 'friches' as couche, rang as objet, upper(trim(r)) as nom
      from friches, unnest(string_to_array(refcad, '|')) r
    union all select 'terrains', rang, upper(trim(r)) from terrains, unnest(string_to_array(refcad, '|')) r
      where geometry is null or ST_Dimension(geometry) < 2),
  noms as (
    select parcelle, idu as nom from p union select parcelle, avant_fusion(idu) from p)
  select distinct couche, objet, parcelle
  from (select * from cites union select couche, objet, avant_fusion(nom) from cites) c join noms using (nom);
insert into citations
  select 'friches', f.rang, dedans.parcelle
  from friches f
  cross join lateral (select parcelle from p where ST_Contains(p.geom, f.geometry) order by parcelle limit 1) dedans
  where not exists (select from citations c where c.couche = 'friches' and c.objet = f.rang)
    and not exists (select from objets o where o.couche = 'friches' and o.objet = f.rang);

create unlogged table contacts as
  select couche, objet, parcelle, aire / total as part from pieces e
  where not eclat and couche <> 'occupation' and not exists (
    select from citations c where (c.couche, c.objet, c.parcelle) = (e.couche, e.objet, e.parcelle))
  union all select couche, objet, parcelle, 1 from citations;

-- Buildings: the same sliver, seen from the building (one drawn a little over the boundary stands next door).
create unlogged table batis as
  select parcelle, batiment, corps, geom, ST_Area(geom) as aire, false as eclat
  from (
    select p.parcelle, b.rang as batiment, ST_Area(b.geom) as corps,
      case when ST_Covers(p.geom, b.geom) then b.geom
           else ST_CollectionExtract(ST_Intersection(p.geom, b.geom), 3) end as geom
    from (select rang, valide(geometry) as geom from batiments) b join p on ST_Intersects(p.geom, b.geom)) i
  where ST_Area(geom) > 1e-6;
update batis set eclat = true
  where aire < corps / 2 and (aire < 1 or 2 * aire < 0.2 * ST_Perimeter(geom));

