using System.Diagnostics;

namespace MetaStore.Testing;

/// <summary>Polls a condition until it is true.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // On a virtual machine that was suspended, one poll may appear to take minutes: each poll counts for at most this against the limit.
    private static readonly TimeSpan LookMax = TimeSpan.FromSeconds(5);

    /// <summary>Polls until the condition is true. Throws <see cref="TimeoutException"/> with the description after the limit.</summary>
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

    /// <summary>The same for a synchronous condition.</summary>
    public static Task TrueAsync(Func<bool> condition, TimeSpan limit, Func<string> description) =>
        TrueAsync(() => Task.FromResult(condition()), limit, description);
}
