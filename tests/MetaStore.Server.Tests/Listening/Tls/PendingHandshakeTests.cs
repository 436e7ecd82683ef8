using MetaStore.Server.Listening.Tls.Handshakes;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>A handshake gives its slot back once, and is ended by its deadline only while it is in progress.</summary>
public sealed class PendingHandshakeTests : IDisposable
{
    private readonly CancellationTokenSource _deadline = new();
    private readonly Connection _connection = new();
    private readonly PendingHandshake _handshake;
    private int _released;

    public PendingHandshakeTests() => _handshake = new PendingHandshake(_connection, this, _deadline.Token);

    [Fact]
    public void Deadline_EndsTheConnection_ButTheSlotIsGivenBackByItsEnd()
    {
        _deadline.Cancel();
        Assert.Equal(["the TLS handshake took too long"], _connection.Aborted);
        Assert.Equal(0, _released);
        _handshake.Dispose();
        Assert.Equal((1, false), (_released, _handshake.IsComplete));
    }

    [Fact]
    public void Success_GivesTheSlotBack_AndTheDeadlineMeansNothingAnyMore()
    {
        _handshake.Complete();
        _deadline.Cancel();
        _handshake.Dispose();
        Assert.Equal((1, true), (_released, _handshake.IsComplete));
        Assert.Empty(_connection.Aborted);
    }

    void IDisposable.Dispose() => _released++;

    private sealed class Connection : DefaultConnectionContext
    {
        public List<string> Aborted { get; } = [];

        public override void Abort(ConnectionAbortedException abortReason) => Aborted.Add(abortReason.Message);
    }
}
