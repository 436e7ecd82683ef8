using System.IO.Pipelines;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Backup;
using MetaStore.Server.Budgets;

namespace MetaStore.Server.Tests.Backup;

/// <summary>A writer that waits for a slow client leaves its slot, and takes one again before it goes on.</summary>
public sealed class BackupPipeTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50, useSynchronizationContext: false));
    private readonly ScanSlots _slots = new(slots: 1);
    private readonly CancellationTokenSource _stop = new();
    private ScanSlot _slot = null!;

    public async Task InitializeAsync() => _slot = await _slots.EnterAsync(new ConnectionCredits(), CancellationToken.None);

    public Task DisposeAsync()
    {
        _slot.Dispose();
        _stop.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Write_WithRoomInThePipe_KeepsTheSlot()
    {
        await WriteAsync(99).WaitAsync(Limit);
        Task<ScanSlot> other = EnterAsync();
        Assert.False(other.IsCompleted);
        _slot.Leave();
        (await other.WaitAsync(Limit)).Dispose();
    }

    [Fact]
    public async Task Write_IntoAFullPipe_LeavesTheSlot_AndTakesItAgain()
    {
        Task writing = WriteAsync(100);
        ScanSlot other = await EnterAsync().WaitAsync(Limit);
        await DrainAsync();
        Assert.False(writing.IsCompleted);
        other.Dispose();
        await writing.WaitAsync(Limit);
        Assert.False(EnterAsync().IsCompleted);
    }

    [Fact]
    public async Task Write_ThatIsCancelled_Ends_WhetherItWaitsForTheClientOrASlot()
    {
        Task writing = WriteAsync(100);
        using ScanSlot other = await EnterAsync().WaitAsync(Limit);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WriteAsync(1).WaitAsync(Limit));
    }

    [Fact]
    public async Task Write_WhileTheSlotIsAnothers_IsCancelledToo()
    {
        Task writing = WriteAsync(100);
        using ScanSlot other = await EnterAsync().WaitAsync(Limit);
        await DrainAsync();
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Limit));
    }

    private Task WriteAsync(int bytes) => Task.Run(() =>
    {
        using var stream = new BackupPipe(_pipe.Writer, _slot, _stop.Token);
        stream.Write(new byte[bytes], 0, bytes);
        stream.Flush();
    });

    private Task<ScanSlot> EnterAsync() => _slots.EnterAsync(new ConnectionCredits(), CancellationToken.None);

    private async Task DrainAsync()
    {
        ReadResult read = await _pipe.Reader.ReadAsync().AsTask().WaitAsync(Limit);
        Assert.Equal(100, read.Buffer.Length);
        _pipe.Reader.AdvanceTo(read.Buffer.End);
    }
}
