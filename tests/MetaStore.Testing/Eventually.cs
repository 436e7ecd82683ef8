using System.Diagnostics;

namespace MetaStore.Testing;

/// <summary>Waits for conditions instead of for time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // A machine that stands still for minutes, as virtual ones do, must not fail a test: no single look counts for more than this.
    private static readonly TimeSpan LookMax = TimeSpan.FromSeconds(5);

    /// <summary>Asks again until the answer is true. Throws <see cref="TimeoutException"/> with the description when the limit passes first.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> description)
    {
        var waited = TimeSpan.Zero;
        var look = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited > limit)
            {
                throw new TimeoutException($"not true within {limit}: {description()}");
            }

            await Task.Delay(Pause);
            waited += look.Elapsed < LookMax ? look.Elapsed : LookMax;
            look.Restart();
        }
    }

    /// <summary>As above, for a condition that needs no waiting itself.</summary>
    public static Task TrueAsync(Func<bool> condition, TimeSpan limit, Func<string> description) =>
        TrueAsync(() => Task.FromResult(condition()), limit, description);
}
