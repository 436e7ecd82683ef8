using MetaStore.Engines.Memory;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Metrics;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>The own hash is that of the state; a member that cannot be asked has none, which is no error.</summary>
public sealed class MemberHashesTests : IDisposable
{
    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly LeaderChannels _channels;
    private readonly MemberHashes _hashes;

    public MemberHashesTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _channels = new LeaderChannels(_machine.Members, () => null);
        _hashes = new MemberHashes(1, _machine.Reader, _channels, null!, new MaintenanceMetrics(), TimeSpan.FromSeconds(1));
    }

    public void Dispose()
    {
        _channels.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public async Task OwnHash_IsThatOfTheState()
    {
        using ReadTxn read = _machine.Reader.OpenRead();
        KvHash expected = read.HashKv(0);
        MemberHash? own = await _hashes.OfAsync(1, 0, CancellationToken.None);
        Assert.Equal(expected.Hash, own?.Hash);
    }

    [Fact]
    public async Task MemberWithoutAnAddress_HasNoHash() => Assert.Null(await _hashes.OfAsync(2, 0, CancellationToken.None));
}
