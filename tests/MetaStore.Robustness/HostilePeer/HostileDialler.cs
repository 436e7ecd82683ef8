using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;

namespace MetaStore.Robustness.HostilePeer;

/// <summary>Opens connections to the members' peer ports and sends a number of frames. One task; seeded.</summary>
internal sealed class HostileDialler(HostileTargets targets, int seed)
{
    private const int FramesPerConnection = 250;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Random _random = new(seed);
    private readonly HostileMessages _messages = new(new Random(seed + 1), () => targets.Term);

    /// <summary>Frames written so far.</summary>
    public int Sent { get; private set; }

    /// <summary>Connections that completed the handshake.</summary>
    public int Admitted { get; private set; }

    /// <summary>Connections opened.</summary>
    public int Connections { get; private set; }

    /// <summary>Sends that many frames.</summary>
    public async Task RunAsync(int frames)
    {
        while (Sent < frames)
        {
            try
            {
                await ConnectAsync(frames);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or IOException)
            {
                // Refused or closed, as expected; the next connection follows.
            }
        }
    }

    private async Task ConnectAsync(int frames)
    {
        Sender sender = _random.Next(10) switch { < 2 => Sender.Impostor, 2 => Sender.Unknown, _ => Sender.Learner };
        HostileTarget target = targets.Members[_random.Next(targets.Members.Count)];
        ulong from = sender switch
        {
            Sender.Learner => targets.LearnerId,
            Sender.Impostor => targets.Members.Where(member => member != target).ElementAt(_random.Next(targets.Members.Count - 1)).Id,
            _ => (ulong)_random.NextInt64() + 1,
        };
        Lane lane = _random.Next(20) switch
        {
            0 => (Lane)_random.Next(-1, 9),
            1 => Lane.Snapshot,
            2 => Lane.Probe,
            3 => Lane.Confirm,
            < 10 => Lane.Control,
            _ => Lane.Append,
        };
        using CancellationTokenSource limit = new(Patience);
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, target.PeerPort), limit.Token);
        Connections++;
        await socket.SendAsync(Hello(sender, from, target.Id, lane), limit.Token);
        if (_random.Next(4) != 0 && await IsWelcomeAsync(socket, limit.Token))
        {
            Admitted++;
        }

        // A refused connection also gets a few frames: they may be sent before the other side has closed it.
        int share = Math.Min(frames - Sent, sender == Sender.Learner ? FramesPerConnection : FramesPerConnection / 4);
        await SendAsync(socket, sender, from, target.Id, lane, share);
    }

    private async Task SendAsync(Socket socket, Sender sender, ulong from, ulong to, Lane lane, int share)
    {
        List<byte> burst = [];
        for (int i = 0; i < share; i++)
        {
            byte[] frame = Frame(_messages.Body(sender, from, to, lane == Lane.Append));
            burst.AddRange(frame);
            if (lane == Lane.Snapshot)
            {
                burst.AddRange(BitConverter.GetBytes(_random.Next(3) == 0 ? (ulong)_random.NextInt64() : (ulong)_random.Next(100_000)));
            }

            Sent++;
            if (burst.Count > 16 << 10 || i == share - 1)
            {
                using CancellationTokenSource limit = new(Patience);
                for (ReadOnlyMemory<byte> left = burst.ToArray(); !left.IsEmpty;)
                {
                    left = left[await socket.SendAsync(left, limit.Token)..];
                }

                burst.Clear();
            }
        }
    }

    /// <summary>Mostly a valid frame, so that the connection stays open; sometimes an invalid one.</summary>
    private byte[] Frame(byte[] body) => _random.Next(3000) switch
    {
        0 => WireFrame.Of(body, spoilt: true),
        1 => WireFrame.Of(body, claimed: (uint)_random.Next()),
        2 => WireFrame.Of(body, claimed: uint.MaxValue),
        3 => WireFrame.Of(body, claimed: 16 << 20),
        4 => WireFrame.Of(body)[..^1],
        5 => WireFrame.Of(new byte[_random.Next(20 << 20)]),
        _ => WireFrame.Of(body),
    };

    private byte[] Hello(Sender sender, ulong from, ulong to, Lane lane)
    {
        PeerHello hello = new()
        {
            Version = _random.Next(50) == 0 ? (uint)_random.Next() : 1,
            ClusterId = _random.Next(50) == 0 ? (ulong)_random.NextInt64() : targets.ClusterId,
            From = _random.Next(50) == 0 ? 0 : from,
            To = _random.Next(50) == 0 ? (ulong)_random.NextInt64() : to,
            Lane = lane,
            Dial = sender != Sender.Learner && _random.Next(4) == 0 ? 0 : (ulong)_random.NextInt64() | 1,
        };
        byte[] body = hello.ToByteArray();
        byte[] whole = [.. WireFrame.Preface, .. _random.Next(20) == 0 ? Frame(body) : WireFrame.Of(body)];
        return _random.Next(100) == 0 ? whole[..^_random.Next(whole.Length)] : whole;
    }

    private static async Task<bool> IsWelcomeAsync(Socket socket, CancellationToken stop)
    {
        byte[] header = new byte[8];
        byte[] body = new byte[4096];
        int got = await socket.ReceiveAsync(header, stop);
        if (got < header.Length)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        got = await socket.ReceiveAsync(body, stop);
        return got == length && PeerWelcome.Parser.ParseFrom(body, 0, length).Outcome == HelloOutcome.HelloAccepted;
    }
}
