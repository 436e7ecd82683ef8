using System.Collections;
using System.Globalization;
using MetaStore.Server.Hosting.Lifetime;

namespace MetaStore.Server.Tests.Hosting.Lifetime;

public sealed class WatchdogIntervalTests
{
    [Theory]
    [InlineData("20000000", 10_000)]
    [InlineData("1000", 0.5)]
    [InlineData("3", 0.0015)]
    [InlineData("1", 0.0005)]
    public void Of_IsHalfOfWhatSystemdWaits(string micros, double milliseconds) => Assert.Equal(milliseconds, Of(micros).TotalMilliseconds, 6);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("18446744073709551615")]
    public void Of_NoInterval_IsNoWatchdog(string? micros) => Assert.Equal(TimeSpan.Zero, Of(micros));

    /// <summary>WatchdogSec= may be weeks: a wait of more than 24 days would end the thread, and with it the process.</summary>
    [Theory]
    [InlineData("5184000000000")]
    [InlineData("9223372036854775807")]
    public void Of_LongInterval_IsADay_WhichAWaitCanBe(string micros)
    {
        TimeSpan interval = Of(micros);
        Assert.Equal(TimeSpan.FromDays(1), interval);
        using var ended = new ManualResetEventSlim(initialState: true);
        Assert.True(ended.Wait(interval));
    }

    [Fact]
    public void Of_IntervalOfAnotherProcess_IsNone()
    {
        Assert.Equal(TimeSpan.Zero, Of("20000000", "1"));
        Assert.Equal(TimeSpan.FromSeconds(10), Of("20000000", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
    }

    private static TimeSpan Of(string? micros, string? process = null)
    {
        var environment = new Hashtable();
        if (micros is not null)
        {
            environment["WATCHDOG_USEC"] = micros;
        }

        if (process is not null)
        {
            environment["WATCHDOG_PID"] = process;
        }

        return WatchdogInterval.Of(environment);
    }
}
