namespace MetaStore.Bench.Ranges;

/// <summary>How one server reads a large range.</summary>
/// <param name="LimitedMs">Median milliseconds of a linearizable range over all keys with limit 500, count of all included.</param>
/// <param name="CountMs">Median milliseconds of counting all keys.</param>
/// <param name="PagingSeconds">Reading all keys in pages.</param>
/// <param name="PagingGrowth">Resident bytes gained while doing so.</param>
/// <param name="StreamSeconds">Reading all keys through RangeStream; NaN where there is none.</param>
/// <param name="StreamGrowth">Resident bytes gained while doing so.</param>
internal sealed record RangeFigures(double LimitedMs, double CountMs, double PagingSeconds, long PagingGrowth, double StreamSeconds, long StreamGrowth);
