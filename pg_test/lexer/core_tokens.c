/* The offsets at which the tokens of a text begin, by the server's own scanner. For test_lexer.py only. */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "parser/scanner.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(core_tokens);

Datum
core_tokens(PG_FUNCTION_ARGS)
{
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Datum	   *starts = palloc(sizeof(Datum) * (strlen(query) + 1));
	int			count = 0;
	core_yy_extra_type extra;
	core_YYSTYPE value;
	YYLTYPE		start;
	core_yyscan_t scanner = scanner_init(query, &extra, &ScanKeywords, ScanKeywordTokens);

	while (core_yylex(&value, &start, scanner) != 0)
		starts[count++] = Int32GetDatum(start);
	scanner_finish(scanner);
	PG_RETURN_ARRAYTYPE_P(construct_array(starts, count, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}
