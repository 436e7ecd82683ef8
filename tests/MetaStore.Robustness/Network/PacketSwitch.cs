using System.Diagnostics;

namespace MetaStore.Robustness.Network;

/// <summary>A network switch in user space between nodes and clients: each direction of each link can be cut; packets can be delayed, lost and duplicated.</summary>
/// <remarks>Used because the kernels of some machines have no netem. Host n has the address 10.77.0.n; the clients are host 254.</remarks>
internal sealed class PacketSwitch : IDisposable
{
    public const int Clients = 254;

    private const int HostsMax = 256;
    private const int PacketMax = 16 << 10;
    private const int DestinationHost = 19;

    private readonly TunPort?[] _ports = new TunPort?[HostsMax];
    private readonly bool[] _cut = new bool[HostsMax * HostsMax];
    private readonly PriorityQueue<(int To, byte[] Packet), long> _late = new();
    private readonly List<Thread> _threads = [];
    private volatile bool _isClosed;
    private long _forwarded;
    private long _dropped;

    public PacketSwitch()
    {
        Start(Deliver, "late packets");
    }

    /// <summary>Share of packets between nodes that are lost.</summary>
    public double Loss { get; set; }

    /// <summary>Share of packets between nodes that are duplicated.</summary>
    public double Duplication { get; set; }

    /// <summary>Mean transit time of packets between nodes.</summary>
    public TimeSpan Delay { get; set; }

    public long Forwarded => Interlocked.Read(ref _forwarded);

    public long Dropped => Interlocked.Read(ref _dropped);

    public static string AddressOf(int host) => $"10.77.0.{host}";

    /// <summary>Connects a host.</summary>
    /// <param name="host">1 to 254.</param>
    /// <param name="network">Its namespace; null = this process's own.</param>
    public void Attach(int host, string? network)
    {
        TunPort port = TunPort.Open(network, AddressOf(host) + "/24");
        Volatile.Write(ref _ports[host], port);
        Start(() => Forward(host, port), $"packets of host {host}");
    }

    public void Cut(int from, int to, bool isCut = true) => Volatile.Write(ref _cut[(from * HostsMax) + to], isCut);

    /// <summary>Ends all cuts, losses, duplication and delays.</summary>
    public void Heal()
    {
        Array.Clear(_cut);
        (Loss, Duplication, Delay) = (0, 0, TimeSpan.Zero);
    }

    public void Dispose()
    {
        _isClosed = true;
        lock (_late)
        {
            Monitor.PulseAll(_late);
        }
    }

    private void Start(Action work, string name)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void Forward(int from, TunPort port)
    {
        var buffer = new byte[PacketMax];
        while (!_isClosed)
        {
            int length = port.Read(buffer);
            if (length <= DestinationHost)
            {
                if (length <= 0)
                {
                    return;
                }

                continue;
            }

            // IPv4 only; other packets, which devices send by themselves, are dropped.
            int to = buffer[0] >> 4 == 4 ? buffer[DestinationHost] : 0;
            if (Volatile.Read(ref _ports[to]) is null || Volatile.Read(ref _cut[(from * HostsMax) + to]))
            {
                Interlocked.Increment(ref _dropped);
                continue;
            }

            Route(from, to, buffer.AsSpan(0, length));
        }
    }

    private void Route(int from, int to, ReadOnlySpan<byte> packet)
    {
        bool isBetweenNodes = from != Clients && to != Clients;
        if (isBetweenNodes && Loss > 0 && Random.Shared.NextDouble() < Loss)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        Interlocked.Increment(ref _forwarded);
        if (!isBetweenNodes || (Delay == TimeSpan.Zero && Duplication == 0))
        {
            _ports[to]!.Write(packet);
            return;
        }

        Put(to, packet);
        if (Random.Shared.NextDouble() < Duplication)
        {
            Put(to, packet);
        }
    }

    // Each packet has its own delay, so packets are reordered.
    private void Put(int to, ReadOnlySpan<byte> packet)
    {
        double milliseconds = Delay.TotalMilliseconds * (0.5 + Random.Shared.NextDouble());
        long due = Stopwatch.GetTimestamp() + (long)(milliseconds * Stopwatch.Frequency / 1000);
        lock (_late)
        {
            _late.Enqueue((to, packet.ToArray()), due);
            Monitor.Pulse(_late);
        }
    }

    private void Deliver()
    {
        lock (_late)
        {
            while (!_isClosed)
            {
                if (!_late.TryPeek(out (int To, byte[] Packet) next, out long due))
                {
                    Monitor.Wait(_late);
                    continue;
                }

                TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (left > TimeSpan.FromMilliseconds(0.5))
                {
                    Monitor.Wait(_late, left);
                    continue;
                }

                _late.Dequeue();
                _ports[next.To]!.Write(next.Packet);
            }
        }
    }
}
