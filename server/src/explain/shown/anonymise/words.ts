// Words that plans and statements have of Postgres and not of their author: these may stay when a plan is anonymised.

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Of SQL. Words that people like to give to columns (`name`, `date`, `key`) are left out: they become names. */
export const keywords = set(`
all and any array as asc asymmetric at between both by case cast collate conflict cross current current_date
current_time current_timestamp current_user cube default delete desc distinct do else end escape except exclude exists
explain analyze extract fetch filter first following for from full group grouping groups having ilike in initplan inner insert
intersect into is isnull join last lateral leading left like limit localtime localtimestamp locked matched materialized
merge natural no not nothing notnull null nulls of offset on only or order ordinality outer over overlaps overlay
partition position preceding recursive returning returns right rollup row rows select session_user set sets similar skip
some subplan substring symmetric table tablesample then ties to trailing trim true false unbounded union unique unknown
update using values variadic when where window with within without xmlelement hashed share nowait wholerow alternatives
`);

/** Where a type may stand, in one or several words. */
export const types = set(`
bigint int8 integer int int4 smallint int2 numeric decimal real float4 float8 double precision boolean bool text varchar
character varying char bpchar name bytea date time timestamp timestamptz timetz interval with without zone uuid json jsonb xml
inet cidr macaddr bit oid regclass regtype regproc tsvector tsquery point box polygon circle line lseg path money hstore citext
ltree vector int4range int8range numrange daterange tsrange tstzrange record void year month day hour minute second
`);

/** In front of a parenthesis. */
export const functions = set(`
abs age array_agg array_append array_cat array_length array_position array_remove array_to_string avg bit_and bit_or
bool_and bool_or btrim cardinality ceil ceiling char_length coalesce concat concat_ws count cume_dist currval date_bin
date_part date_trunc dense_rank every exp extract first_value floor format gen_random_uuid generate_series greatest
initcap json_agg json_array_elements json_build_array json_build_object json_extract_path json_extract_path_text
json_object_agg jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_object_agg jsonb_path_exists
jsonb_path_query jsonb_set jsonb_typeof lag last_value lead least left length ln log lower lpad ltrim make_date
make_interval max md5 min mod nextval now nth_value ntile nullif octet_length percent_rank percentile_cont percentile_disc
plainto_tsquery pg_sleep phraseto_tsquery power random rank regexp_match regexp_matches regexp_replace
regexp_split_to_table repeat replace reverse right round row_number row_to_json rpad rtrim setweight sign similarity
split_part sqrt starts_with stddev string_agg string_to_array strpos substr sum to_char to_date to_json to_jsonb to_number
to_timestamp to_tsquery to_tsvector translate trunc ts_headline ts_rank ts_rank_cd unnest upper var_pop variance
websearch_to_tsquery width_bucket
`);

/** Of EXPLAIN: the keys of its JSON, and the values that are no names. */
const explainWords = set(`
plan plans node type parallel aware async capable startup total cost rows width actual time loops disabled strategy partial mode
parent relationship subplan initplan operation command scan direction join inner outer unique single copy
shared local temp hit read dirtied written blocks i o io wal records fpi bytes buffers full
workers planned launched number worker worker's leader
heap fetches exact lossy searches index hash buckets batches original peak memory usage average used removed by filter
recheck cond sort method space disk presorted pre sorted groups group count key keys cache hits misses evictions overflows
estimated capacity distinct lookups hit ratio percent
hashagg partitions subplans jit functions options inlining optimization expressions deforming deform timing generation
emission planning execution triggers trigger calls serialization output volume format allocated maximum storage tuples inserted
conflicting resolution nothing update updated deleted skipped source
aggregate append bitmap and or cte custom foreign function gather merge materialize memoize modifytable named tuplestore
nested loop limit lockrows only projectset project set recursive union result sample seq setop subquery table tid range
values windowagg worktable work incremental hashed plain mixed simple finalize forward backward nomovement
insert delete left right semi anti intersect except all member initial init plan children
quicksort top n heapsort external still in progress logical binary yes no on off true false kb mb ms text none file
async finish grouping sets set target tables extra
`);

/** Whether a text has words of EXPLAIN and numbers, and nothing else. */
export function isPlain(text: string): boolean {
  return text.length <= 100 && text.split(/[\s/():;,.\-+%]+/).every(isPlainWord);
}

const isPlainWord = (word: string): boolean =>
  word === '' || /^\d+(?:[kKMG]?B|ms)?$/.test(word) || explainWords.has(word.toLowerCase());

/** Settings of the planner, of which EXPLAIN (SETTINGS) tells the value. */
export const isPlannerSetting = (name: string): boolean =>
  /^(?:enable_[a-z_]+|(?:cpu|parallel|seq|random|jit|geqo|max_parallel|min_parallel|effective)_[a-z_]+|jit|geqo|work_mem|temp_buffers|hash_mem_multiplier|plan_cache_mode|constraint_exclusion|cursor_tuple_fraction|from_collapse_limit|join_collapse_limit|recursive_worktable_factor|default_statistics_target)$/.test(
    name,
  );

export const isPlannerValue = (value: string): boolean =>
  /^(?:on|off|auto|partition|force_custom_plan|force_generic_plan|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s?(?:[kMGT]?B|ms|s|min)?)$/.test(
    value,
  );
