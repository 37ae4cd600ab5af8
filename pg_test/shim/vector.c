/*
 * Test only: the access methods hnsw and ivfflat are synaptic under two further names. They accept pgvector's storage
 * parameters and settings within pgvector's limits. Of these, `lists` reaches the index; the others have no counterpart.
 *
 * A library of its own, so that nothing of this is in qstore's.
 */
#include "postgres.h"

#include <limits.h>

#include "access/amapi.h"
#include "access/reloptions.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

#if PG_VERSION_NUM < 150000
#define MarkGUCPrefixReserved(prefix) EmitWarningsOnPlaceholders(prefix)
#endif

typedef struct
{
	int32		head;			/* of a varlena */
	int			m;
	int			ef_construction;
} HnswOptions;

typedef struct
{
	int32		head;
	int			lists;
} IvfflatOptions;

static relopt_kind hnsw_kind;
static relopt_kind ivfflat_kind;
static amoptions_function synaptic_options;

static int	ef_search;
static int	hnsw_iterative_scan;
static int	max_scan_tuples;
static double scan_mem_multiplier;
static int	probes;
static int	ivfflat_iterative_scan;
static int	max_probes;

static const struct config_enum_entry hnsw_modes[] = {
	{"off", 0, false}, {"relaxed_order", 1, false}, {"strict_order", 2, false}, {NULL, 0, false}
};
static const struct config_enum_entry ivfflat_modes[] = {
	{"off", 0, false}, {"relaxed_order", 1, false}, {NULL, 0, false}
};

PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	hnsw_kind = add_reloption_kind();
	add_int_reloption(hnsw_kind, "m", "Checked, not used", 16, 2, 100, AccessExclusiveLock);
	add_int_reloption(hnsw_kind, "ef_construction", "Checked, not used", 64, 4, 1000, AccessExclusiveLock);
	ivfflat_kind = add_reloption_kind();
	add_int_reloption(ivfflat_kind, "lists", "Number of lists", 100, 1, 32768, AccessExclusiveLock);

	DefineCustomIntVariable("hnsw.ef_search", "Checked, not used", NULL, &ef_search,
							40, 1, 1000, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("hnsw.iterative_scan", "Checked, not used", NULL, &hnsw_iterative_scan,
							 0, hnsw_modes, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("hnsw.max_scan_tuples", "Checked, not used", NULL, &max_scan_tuples,
							20000, 1, INT_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomRealVariable("hnsw.scan_mem_multiplier", "Checked, not used", NULL, &scan_mem_multiplier,
							 1, 1, 1000, PGC_USERSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved("hnsw");

	DefineCustomIntVariable("ivfflat.probes", "Checked, not used", NULL, &probes,
							1, 1, 32768, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("ivfflat.iterative_scan", "Checked, not used", NULL, &ivfflat_iterative_scan,
							 0, ivfflat_modes, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("ivfflat.max_probes", "Checked, not used", NULL, &max_probes,
							32768, 1, 32768, PGC_USERSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved("ivfflat");
}

static bytea *
hnsw_options(Datum reloptions, bool validate)
{
	static const relopt_parse_elt table[] = {
		{"m", RELOPT_TYPE_INT, offsetof(HnswOptions, m)},
		{"ef_construction", RELOPT_TYPE_INT, offsetof(HnswOptions, ef_construction)},
	};
	HnswOptions *options = build_reloptions(reloptions, validate, hnsw_kind, sizeof(HnswOptions), table, lengthof(table));

	if (validate && options != NULL && options->ef_construction < 2 * options->m)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ef_construction must be greater than or equal to 2 * m")));
	return synaptic_options((Datum) 0, validate);
}

static bytea *
ivfflat_options(Datum reloptions, bool validate)
{
	static const relopt_parse_elt table[] = {
		{"lists", RELOPT_TYPE_INT, offsetof(IvfflatOptions, lists)},
	};

	(void) build_reloptions(reloptions, validate, ivfflat_kind, sizeof(IvfflatOptions), table, lengthof(table));
	return synaptic_options(reloptions, validate);
}

/* What synaptic can do, but for the options. */
static Datum
synaptic_with(amoptions_function options)
{
	IndexAmRoutine *routine = GetIndexAmRoutineByAmId(get_index_am_oid("synaptic", false), false);

	synaptic_options = routine->amoptions;
	routine->amoptions = options;
	PG_RETURN_POINTER(routine);
}

PG_FUNCTION_INFO_V1(hnswhandler);
Datum
hnswhandler(PG_FUNCTION_ARGS)
{
	return synaptic_with(hnsw_options);
}

PG_FUNCTION_INFO_V1(ivfflathandler);
Datum
ivfflathandler(PG_FUNCTION_ARGS)
{
	return synaptic_with(ivfflat_options);
}
