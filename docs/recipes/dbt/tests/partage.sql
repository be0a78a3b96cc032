-- The two parts are the reduction, to the cent, in every row.
select * from {{ ref('contributions') }}
where reduction <> reduction_urssaf + reduction_agirc_arrco
