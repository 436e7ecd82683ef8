using MetaStore.IO;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MetaStore.Hosting.Tests;

/// <summary>The end of a process whose host does not stop a failed member.</summary>
[Collection(nameof(ExitCodeCollection))]
public sealed class HostFatalHandlerTests : IHostApplicationLifetime, IFatalHandler, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource<(int Code, string Reason)> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    CancellationToken IHostApplicationLifetime.ApplicationStarted => CancellationToken.None;

    CancellationToken IHostApplicationLifetime.ApplicationStopping => CancellationToken.None;

    CancellationToken IHostApplicationLifetime.ApplicationStopped => CancellationToken.None;

    public void Dispose() => Environment.ExitCode = 0;

    [Fact]
    public async Task Host_ThatDoesNotStopInTime_IsEnded()
    {
        using HostFatalHandler handler = Handler(TimeSpan.FromMilliseconds(1));
        handler.OnFatal(ExitCodes.IoError, "disk full");
        Assert.Equal((ExitCodes.IoError, "disk full"), await _ended.Task.WaitAsync(Limit));
        Assert.True(_asked.Task.IsCompleted);
    }

    [Fact]
    public async Task Host_ThatHasStoppedTheMember_EndsByItself()
    {
        using HostFatalHandler handler = Handler(Timeout.InfiniteTimeSpan);
        handler.OnFatal(ExitCodes.IoError, "disk full");
        await _asked.Task.WaitAsync(Limit);
        handler.MemberStopped();
        Assert.True(handler.Watching!.Join(Limit));
        Assert.False(_ended.Task.IsCompleted);
    }

    void IHostApplicationLifetime.StopApplication() => _asked.SetResult();

    void IFatalHandler.OnFatal(int exitCode, string reason) => _ended.SetResult((exitCode, reason));

    private HostFatalHandler Handler(TimeSpan limit) =>
        new(this, NullLogger<HostFatalHandler>.Instance, Options.Create(new HostOptions { ShutdownTimeout = limit }), this);
}
