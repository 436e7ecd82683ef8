using System.Net.Sockets;
using System.Text;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Listening;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

public sealed class TcpPeerTransportTests
{
    [Fact]
    public async Task Messages_Sent_ArriveInOrderWithTheirEntries()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();
        Message[] sent = [.. Enumerable.Range(1, 200).Select(i => Samples.Append((ulong)i, i * 37, i % 5 == 0 ? 70_000 : 3))];

        pair.First.Send(sent);

        await Eventually.TrueAsync(() => pair.SecondReceiver.Messages.Count == sent.Length, TcpPair.Limit, () => $"{pair.SecondReceiver.Messages.Count}");
        Message[] received = [.. pair.SecondReceiver.Messages];
        for (int i = 0; i < sent.Length; i++)
        {
            Samples.AssertEqual(sent[i], received[i]);
        }
    }

    /// <summary>The apply thread goes on for a while when the node stops, and may apply a change of members.</summary>
    [Fact]
    public async Task Member_AddedAfterTheStop_IsNotDialled()
    {
        RecordingReceiver receiver = new();
        await using TcpPeerTransport transport = TcpPair.StartAlone(new LogSink(), receiver);
        await transport.DisposeAsync();

        transport.AddPeer(2, [new Uri("http://127.0.0.1:1")]);
        transport.AddPeer(3, [new Uri("http://127.0.0.1:1")]);

        Assert.Empty(transport.Peers);
    }

    [Fact]
    public async Task MoreThanASocketBuffer_Sent_ArrivesWhole()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();

        for (int i = 0; i < 40; i++)
        {
            pair.First.Send([Samples.Append((ulong)i, 1 << 20)]);
        }

        await Eventually.TrueAsync(() => pair.SecondReceiver.Messages.Count == 40, TcpPair.Limit, () => $"{pair.SecondReceiver.Messages.Count}");
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (ulong)i), pair.SecondReceiver.Messages.Select(m => m.Entries[0].Index));
    }

    [Fact]
    public async Task Bulk_OnTheWay_DoesNotDelayControl()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<ulong> control = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.SecondReceiver.OnMessage = message =>
        {
            // The reader of the append lane is blocked, with more queued data than the sockets can hold.
            if (message.Type == MessageType.AppendEntries)
            {
                release.Task.Wait();
            }
            else
            {
                control.TrySetResult(message.Context);
            }
        };
        pair.First.Send([.. Enumerable.Range(1, 48).Select(i => Samples.Append((ulong)i, 1 << 20))]);

        pair.First.Send([Samples.Heartbeat(1, 2, 77)]);

        Assert.Equal(77ul, await control.Task.WaitAsync(TcpPair.Limit));
        release.SetResult();
    }

    [Fact]
    public async Task QueueFull_MoreSent_IsDroppedAndReported()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.SecondReceiver.OnMessage = _ => release.Task.Wait();
        Message bulk = Samples.Append(1, 1 << 20);

        for (int i = 0; i < 200 && pair.FirstReceiver.Unreachable.IsEmpty; i++)
        {
            pair.First.Send([bulk]);
        }

        Assert.Contains(2ul, pair.FirstReceiver.Unreachable);
        release.SetResult();
    }

    [Fact]
    public async Task Peer_Restarted_IsConnectedAgain()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();

        await pair.RestartSecondAsync();

        await Eventually.TrueAsync(
            () =>
            {
                pair.First.Send([Samples.Heartbeat(1, 2, 5)]);
                return pair.SecondReceiver.Messages.Any(message => message.Context == 5);
            },
            TcpPair.Limit,
            () => string.Join(Environment.NewLine, pair.FirstLog.All));
        await pair.ConnectedAsync();
    }

    [Fact]
    public async Task NotConnected_MessageSent_IsReportedUnreachable()
    {
        LogSink log = new();
        RecordingReceiver receiver = new();
        await using TcpPeerTransport transport = TcpPair.Create(1, log);
        transport.AddPeer(2, [new Uri("http://127.0.0.1:1")]);
        transport.Start(receiver);

        transport.Send([Samples.Heartbeat(1, 2, 1)]);

        Assert.Contains(2ul, receiver.Unreachable);
        await Eventually.TrueAsync(() => log.Warnings.Count > 0, TcpPair.Limit, () => "no warning");
        Assert.Contains("127.0.0.1:1", log.Warnings[0]);
    }

    [Fact]
    public async Task OtherCluster_Connecting_IsRefusedByNamingBoth()
    {
        LogSink ours = new();
        LogSink theirs = new();
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.Create(1, ours, cluster: 0xAAAA);
        await using TcpPeerTransport them = TcpPair.Create(2, theirs, cluster: 0xBBBB);
        us.Start(receiver);
        them.AddPeer(1, TcpPair.Urls(us));
        them.Start(new RecordingReceiver());

        await Eventually.TrueAsync(() => ours.Warnings.Count > 0 && theirs.Warnings.Count > 0, TcpPair.Limit, () => "no warning");

        Assert.Contains("aaaa", ours.Warnings[0]);
        Assert.Contains("bbbb", ours.Warnings[0]);
        Assert.Contains("127.0.0.1:", ours.Warnings[0]);
        Assert.Contains("aaaa", theirs.Warnings[0]);
        Assert.Contains("bbbb", theirs.Warnings[0]);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task RemovedMember_Connecting_IsRefused()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();

        pair.First.RemovePeer(2);

        await Eventually.TrueAsync(
            () => pair.SecondLog.Warnings.Any(line => line.Contains("removed", StringComparison.Ordinal)),
            TcpPair.Limit,
            () => string.Join(Environment.NewLine, pair.SecondLog.All));
        Assert.Empty(pair.First.Peers);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "does not speak the peer protocol")]
    [InlineData("MSPEER\0\u0001\u00ff\u00ff\u00ff\u007f\0\0\0\0", "bad handshake: a frame claims")]
    [InlineData("MSPEER\0\u0001\u0004\0\0\0\u0001\u0002\u0003\u0004abcd", "wrong checksum")]
    public async Task Garbage_Received_ClosesWithOneLine(string bytes, string expected)
    {
        await using TcpPair pair = new();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(pair.First.ListenAddress);

        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes));

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        await Eventually.TrueAsync(() => pair.FirstLog.Warnings.Any(line => line.Contains(expected, StringComparison.Ordinal)), TcpPair.Limit, () => string.Join('|', pair.FirstLog.All));
        string line = Assert.Single(pair.FirstLog.Warnings, line => line.Contains(socket.LocalEndPoint!.ToString()!.Split(':')[^1], StringComparison.Ordinal));
        Assert.Contains(expected, line);
    }

    [Fact]
    public async Task OversizedFrame_FromAMember_ClosesTheConnection()
    {
        LogSink log = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(log, new RecordingReceiver());
        using Socket socket = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1);

        byte[] header = new byte[FrameFormat.HeaderBytes];
        FrameFormat.WriteHeader(header, FrameFormat.ControlBytesMax + 1, 0);
        await socket.SendAsync(header);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        await Eventually.TrueAsync(
            () => log.Warnings.Any(line => line.Contains("65537 bytes, more than the 65536 allowed", StringComparison.Ordinal)), TcpPair.Limit, () => string.Join('|', log.All));
    }

    [Fact]
    public async Task MessageOfAnother_FromAMember_ClosesTheConnection()
    {
        LogSink log = new();
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(log, receiver);
        using Socket socket = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1);
        FrameWriter writer = new();
        writer.Append(Samples.Heartbeat(from: 3, to: 1, context: 1));

        await socket.SendAsync(writer.Segments());

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        await Eventually.TrueAsync(
            () => log.Warnings.Any(line => line.Contains("a message from 3 to 1", StringComparison.Ordinal)), TcpPair.Limit, () => string.Join('|', log.All));
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public void Port_InUse_IsNamed()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((System.Net.IPEndPoint)taken.LocalEndPoint!).Port;

        PeerListenException e = Assert.Throws<PeerListenException>(() => TcpPair.Create(1, new LogSink(), port: port));

        Assert.Contains($"127.0.0.1:{port}", e.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Snapshot_Sent_ArrivesAndIsAnswered(bool taken)
    {
        await using TcpPair pair = new(taken);
        byte[] body = Samples.Filled(3_000_000);
        Message install = new()
        {
            Type = MessageType.InstallSnapshot,
            To = 2,
            From = 1,
            Term = 4,
            Snapshot = new SnapshotMetadata(10, 3, ConfState.Of(1, 2)),
        };

        pair.First.SendSnapshot(install, new MemoryStream(body), body.Length);

        await Eventually.TrueAsync(() => !pair.FirstReceiver.SnapshotsSent.IsEmpty, TcpPair.Limit, () => "no answer");
        Assert.Equal((2ul, taken), pair.FirstReceiver.SnapshotsSent.Single());
        (Message received, byte[] bytes) = pair.SecondReceiver.Snapshots.Single();
        Samples.AssertEqual(install, received);
        Assert.Equal(body, bytes);
    }

    [Fact]
    public async Task SnapshotFiles_ThatAPeerTakes_AreKnownAsItSaidAtTheLastConnection()
    {
        await using TcpPair pair = new(secondTakes: "rocksdb/1 7.8.3");
        await pair.ConnectedAsync();
        Assert.Equal("rocksdb/1 7.8.3", pair.First.Peers.Single().SnapshotFiles);
        Assert.Equal("", pair.Second.Peers.Single().SnapshotFiles);

        await pair.RestartSecondAsync();

        await Eventually.TrueAsync(() => pair.First.Peers.Single().SnapshotFiles == "", TcpPair.Limit, () => "the old value is still used");
    }

    [Fact]
    public async Task KnowsUsers_IsWhatAPeerAnnouncedAtTheLastConnection_AndUnknownBefore()
    {
        await using TcpPeerTransport alone = TcpPair.StartAlone(new LogSink(), new RecordingReceiver());
        Assert.Null(alone.Peers.Single().KnowsUsers);
        Assert.Null(alone.Peers.Single().KnowsLeaseEpochs);

        await using TcpPair pair = new(secondKnowsUsers: true);
        await pair.ConnectedAsync();
        Assert.True(pair.First.Peers.Single().KnowsUsers);
        Assert.False(pair.First.Peers.Single().KnowsLeaseEpochs);
        Assert.False(pair.Second.Peers.Single().KnowsUsers);
        Assert.True(pair.Second.Peers.Single().KnowsLeaseEpochs);

        // Restarted with a release that does not say so.
        await pair.RestartSecondAsync();
        await Eventually.TrueAsync(() => pair.First.Peers.Single().KnowsUsers == false, TcpPair.Limit, () => "the old value is still used");
    }

    [Fact]
    public async Task Snapshot_CutShort_IsNotDelivered()
    {
        await using TcpPair pair = new();
        Message install = new()
        {
            Type = MessageType.InstallSnapshot,
            To = 2,
            From = 1,
            Snapshot = new SnapshotMetadata(10, 3, ConfState.Of(1, 2)),
        };

        pair.First.SendSnapshot(install, new MemoryStream(new byte[1000]), 2000);

        await Eventually.TrueAsync(() => !pair.FirstReceiver.SnapshotsSent.IsEmpty, TcpPair.Limit, () => "no answer");
        Assert.Equal((2ul, false), pair.FirstReceiver.SnapshotsSent.Single());
        Assert.Empty(pair.SecondReceiver.Snapshots);
    }

    [Fact]
    public async Task Snapshot_FirstAddressDead_GoesToTheNext()
    {
        await using TcpPair pair = new();
        pair.First.AddPeer(2, [new Uri("http://127.0.0.1:1"), .. TcpPair.Urls(pair.Second)]);
        Message install = new()
        {
            Type = MessageType.InstallSnapshot,
            To = 2,
            From = 1,
            Snapshot = new SnapshotMetadata(10, 3, ConfState.Of(1, 2)),
        };

        pair.First.SendSnapshot(install, new MemoryStream(new byte[1000]), 1000);

        await Eventually.TrueAsync(() => !pair.FirstReceiver.SnapshotsSent.IsEmpty, TcpPair.Limit, () => "no answer");
        Assert.Equal((2ul, true), pair.FirstReceiver.SnapshotsSent.Single());
    }
}
