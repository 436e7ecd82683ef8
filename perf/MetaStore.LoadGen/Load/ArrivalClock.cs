namespace MetaStore.LoadGen.Load;

/// <summary>The times at which the calls of an open loop are due, whether or not a connection is free.</summary>
internal sealed class ArrivalClock
{
    private const double NanosPerSecond = 1e9;

    private readonly double _gap;
    private readonly Func<double>? _share;
    private double _next;

    /// <summary>Makes a clock.</summary>
    /// <param name="perSecond">Calls per second.</param>
    /// <param name="start">Timestamp of the first.</param>
    /// <param name="share">Null: equal gaps. Else uniform numbers above 0 and up to 1, for exponential gaps.</param>
    public ArrivalClock(double perSecond, long start, Func<double>? share)
    {
        _gap = NanosPerSecond / perSecond;
        _share = share;
        _next = start;
    }

    /// <summary>Timestamp of the next call.</summary>
    public long Next => (long)_next;

    /// <summary>Takes the next call.</summary>
    public long Take()
    {
        long due = (long)_next;
        _next += _share is null ? _gap : -Math.Log(_share()) * _gap;
        return due;
    }
}
