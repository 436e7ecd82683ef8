namespace MetaStore.Bench.Ranges;

/// <summary>Results of reading large ranges from one server.</summary>
/// <param name="LimitedMs">Median milliseconds of a linearizable range over all keys with limit 500, count of all included.</param>
/// <param name="CountMs">Median milliseconds of counting all keys.</param>
/// <param name="PagingSeconds">Reading all keys in pages.</param>
/// <param name="PagingGrowth">Growth of the resident memory meanwhile.</param>
/// <param name="StreamSeconds">Reading all keys through RangeStream; NaN where there is none.</param>
/// <param name="StreamGrowth">Growth of the resident memory meanwhile.</param>
internal sealed record RangeFigures(double LimitedMs, double CountMs, double PagingSeconds, long PagingGrowth, double StreamSeconds, long StreamGrowth);
