using System.Security.Cryptography;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Engines;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Backup;
using MetaStore.Server.Budgets;

namespace MetaStore.Server.Tests.Backup;

/// <summary>Chunks, their count-down and the hash at the end; and what a backup leaves when it fails.</summary>
public sealed class BackupStreamTests : IAsyncLifetime, IServerStreamWriter<SnapshotResponse>
{
    private const int ChunkBytes = 32 << 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly HookedEngine _engine = new();
    private readonly ScanSlots _slots = new(slots: 1);
    private readonly List<SnapshotResponse> _sent = [];
    private readonly CancellationTokenSource _stop = new();
    private Func<CancellationToken, Task> _client = _ => Task.CompletedTask;
    private ScanSlot _slot = null!;

    public WriteOptions? WriteOptions { get; set; }

    public async Task InitializeAsync() => _slot = await _slots.EnterAsync(new ConnectionCredits(), CancellationToken.None);

    public Task DisposeAsync()
    {
        _slot.Dispose();
        _stop.Dispose();
        _engine.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(ChunkBytes, 1)]
    [InlineData(ChunkBytes + 1, 2)]
    [InlineData((3 << 20) + 77, 97)]
    public async Task Chunks_CountDownToZero_AndTheHashIsLast(int bytes, int chunks)
    {
        byte[] content = WritesOf(bytes);
        await SendAsync();
        int padded = (bytes + 511) / 512 * 512;
        Assert.Equal(chunks + 1, _sent.Count);
        byte[] whole = [.. _sent.SkipLast(1).SelectMany(part => part.Blob.ToByteArray())];
        Assert.Equal([.. content, .. new byte[padded - bytes]], whole);
        Assert.Equal(SHA256.HashData(whole), _sent[^1].Blob.ToByteArray());
        long left = padded;
        foreach (SnapshotResponse part in _sent.SkipLast(1))
        {
            Assert.InRange(part.Blob.Length, 1, ChunkBytes);
            left -= part.Blob.Length;
            Assert.Equal((ulong)left, part.RemainingBytes);
        }

        Assert.Equal((0L, 0UL), (left, _sent[^1].RemainingBytes));
        Assert.Equal(0, _engine.Views);
    }

    [Fact]
    public async Task Slot_IsLeftOnceTheStateIsRead_ThoughTheClientHasNotReadAll()
    {
        WritesOf(100_000);
        var reads = new TaskCompletionSource();
        _client = _ => reads.Task;
        Task sending = SendAsync();
        using (await _slots.EnterAsync(new ConnectionCredits(), CancellationToken.None).WaitAsync(Limit))
        {
            Assert.False(sending.IsCompleted);
        }

        reads.SetResult();
        await sending.WaitAsync(Limit);
    }

    [Fact]
    public async Task Client_ThatLeaves_EndsTheWriter_AndClosesTheView()
    {
        WritesOf(5 << 20);
        _client = _ => throw new RpcException(new Status(StatusCode.Cancelled, "gone"));
        Assert.Equal("gone", (await Assert.ThrowsAsync<RpcException>(() => SendAsync().WaitAsync(Limit))).Status.Detail);
        Assert.Equal(0, _engine.Views);
        Assert.True(EnterAgain());
    }

    [Fact]
    public async Task Cancelled_InTheMiddle_EndsTheWriter_AndClosesTheView()
    {
        WritesOf(5 << 20);
        _client = async stop =>
        {
            if (_sent.Count == 3)
            {
                await _stop.CancelAsync();
                stop.ThrowIfCancellationRequested();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync().WaitAsync(Limit));
        Assert.Equal(0, _engine.Views);
        Assert.True(EnterAgain());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Engine_ThatFails_FailsTheCall(int checkpoint)
    {
        _engine.OnCheckpoint = (number, target, _) =>
        {
            target.Write(new byte[1000]);
            if (number == checkpoint)
            {
                throw new EngineException(EngineFault.Io, "the disk refused");
            }
        };
        EngineException failed = await Assert.ThrowsAsync<EngineException>(() => SendAsync().WaitAsync(Limit));
        Assert.Equal(EngineFault.Io, failed.Fault);
        Assert.Equal(0, _engine.Views);
        Assert.Empty(_sent);
    }

    [Fact]
    public async Task State_ThatIsShorterWhenItIsWritten_FailsTheCall_BeforeTheHash()
    {
        _engine.OnCheckpoint = (number, target, _) => target.Write(new byte[number == 1 ? 2048 : 1024]);
        InvalidOperationException failed = await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync().WaitAsync(Limit));
        Assert.Equal("the backup ended 1024 bytes early", failed.Message);
        Assert.Equal(1024UL, Assert.Single(_sent).RemainingBytes);
    }

    Task IAsyncStreamWriter<SnapshotResponse>.WriteAsync(SnapshotResponse message) => throw new NotSupportedException("a backup is cancelled with its call");

    async Task IAsyncStreamWriter<SnapshotResponse>.WriteAsync(SnapshotResponse message, CancellationToken cancellationToken)
    {
        await _client(cancellationToken);
        _sent.Add(message);
    }

    private Task SendAsync() => new BackupStream(_engine).SendAsync(this, BackupKind.Checkpoint, _slot, _stop.Token);

    /// <summary>Makes the checkpoint these random bytes, in pieces.</summary>
    private byte[] WritesOf(int bytes)
    {
        var content = new byte[bytes];
        new Random(7).NextBytes(content);
        _engine.OnCheckpoint = (_, target, _) =>
        {
            for (int at = 0; at < bytes; at += 10_000)
            {
                target.Write(content.AsSpan(at, Math.Min(10_000, bytes - at)));
            }
        };
        return content;
    }

    private bool EnterAgain()
    {
        Task<ScanSlot> entering = _slots.EnterAsync(new ConnectionCredits(), CancellationToken.None);
        return entering.IsCompletedSuccessfully;
    }
}
