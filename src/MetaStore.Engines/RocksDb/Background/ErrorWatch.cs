namespace MetaStore.Engines.RocksDb.Background;

/// <summary>Polls the library for failed flushes and compactions, and reports them.</summary>
internal sealed class ErrorWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Func<DatabaseHandle?> _acquire;
    private readonly Timer _timer;

    /// <param name="acquire">Returns the present database with a reference, or null when it is closed.</param>
    internal ErrorWatch(Func<DatabaseHandle?> acquire)
    {
        _acquire = acquire;
        _timer = new Timer(_ => Poll(), null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Poll()
    {
        if (_acquire() is not { } database)
        {
            return;
        }

        try
        {
            if (BackgroundErrors.Count(database) > 0)
            {
                database.Fail(BackgroundErrors.Last(database));
            }
        }
        finally
        {
            database.Release();
        }
    }
}
