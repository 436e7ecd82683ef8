using System.IO.Pipelines;
using MetaStore.Server.Listening.Tls.Records;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening.Tls.Records;

/// <summary>What is flushed while a record is made leaves with the next one, and what is flushed alone leaves at once.</summary>
public sealed class RecordWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordStream _tls = new();
    private readonly RecordWriter _writer;
    private readonly Task _running;

    public RecordWriterTests()
    {
        _writer = new RecordWriter(_tls, null, _time);
        _running = _writer.RunAsync();
    }

    [Fact]
    public async Task LoneFlush_IsWrittenByTheThreadThatFlushes()
    {
        for (byte i = 0; i < 3; i++)
        {
            _time.Advance(BurstScheduler.Gap);
            int thread = Environment.CurrentManagedThreadId;
            ValueTask<FlushResult> flush = WriteAsync([i]);
            Assert.True(flush.IsCompletedSuccessfully);
            Assert.Equal(i + 1, _tls.Records.Length);
            Assert.Equal(thread, _tls.WriterThread);
            await flush;
        }

        await EndAsync([0, 1, 2]);
    }

    [Fact]
    public async Task FlushesDuringARecord_ShareTheNext()
    {
        TaskCompletionSource taken = new();
        _tls.Taken = taken.Task;
        for (byte i = 0; i < 100; i++)
        {
            await WriteAsync([i]);
        }

        Assert.Equal([0], Assert.Single(_tls.Records));
        taken.SetResult();
        await EndAsync([.. Enumerable.Range(0, 100).Select(i => (byte)i)]);
        Assert.Equal(2, _tls.Records.Length);
    }

    [Fact]
    public async Task Burst_ArrivesWholeAndInOrder()
    {
        byte[] sent = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))];
        for (int at = 0; at < sent.Length; at += 100)
        {
            await WriteAsync(sent[at..(at + 100)]);
        }

        await EndAsync(sent);
    }

    [Fact]
    public async Task TlsThatTakesNothing_HoldsUpTheFlush()
    {
        TaskCompletionSource taken = new();
        _tls.Taken = taken.Task;
        await WriteAsync([1]);
        Task<FlushResult> flush = WriteAsync(new byte[64 << 10]).AsTask();
        Assert.False(flush.IsCompleted);
        taken.SetResult();
        await flush.WaitAsync(Patience);
        await EndAsync([1, .. new byte[64 << 10]]);
    }

    [Fact]
    public async Task ErrorOfTls_IsThrownByTheNextFlush()
    {
        _tls.Taken = Task.FromException(new IOException("the key was lost"));
        await WriteAsync([1]);
        IOException lost = await Assert.ThrowsAsync<IOException>(async () => await WriteAsync([2]));
        Assert.Equal("the key was lost", lost.Message);
        await _writer.Output.CompleteAsync();
        await _running.WaitAsync(Patience);
    }

    private async ValueTask<FlushResult> WriteAsync(byte[] bytes) => await _writer.Output.WriteAsync(bytes);

    private async Task EndAsync(byte[] expected)
    {
        await _writer.Output.CompleteAsync();
        await _running.WaitAsync(Patience);
        Assert.Equal(expected, _tls.Bytes);
    }
}
