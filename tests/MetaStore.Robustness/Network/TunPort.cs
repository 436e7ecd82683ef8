using System.Text;
using MetaStore.Robustness.Native;

namespace MetaStore.Robustness.Network;

/// <summary>One port of the switch: a TUN device inside a network namespace, read and written by this process.</summary>
internal sealed class TunPort : IDisposable
{
    private const nuint SetInterface = 0x400454CA;
    private const short IsTunWithoutHeader = 0x1001;
    private const string Device = "tun0";

    private readonly int _file;

    private TunPort(int file) => _file = file;

    /// <summary>Creates the device, assigns the address and enables it.</summary>
    /// <param name="network">Name of the namespace; null for this process's own.</param>
    /// <param name="address">Address with prefix length.</param>
    public static TunPort Open(string? network, string address)
    {
        TunPort? port = null;
        Exception? failure = null;

        // A network namespace belongs to a thread: this one enters it, opens the device and ends.
        var visit = new Thread(() =>
        {
            try
            {
                port = Make(network);
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        visit.Start();
        visit.Join();
        if (port is null)
        {
            throw new InvalidOperationException($"no TUN device in {network ?? "the own network"}", failure);
        }

        string[] where = network is null ? [] : ["-n", network];
        Tool.Run("ip", [.. where, "addr", "add", address, "dev", Device]);
        Tool.Run("ip", [.. where, "link", "set", Device, "mtu", "9000", "up"]);
        Tool.Run("ip", [.. where, "link", "set", "lo", "up"]);
        return port;
    }

    /// <summary>Reads one packet.</summary>
    /// <returns>Its length; 0 or less when the port is closed.</returns>
    public int Read(Span<byte> target) => Linux.Read(_file, target);

    public void Write(ReadOnlySpan<byte> packet) => Linux.Send(_file, packet);

    public void Dispose() => Linux.Close(_file);

    private static TunPort Make(string? network)
    {
        if (network is not null)
        {
            int space = Linux.Open($"/run/netns/{network}", writes: false);
            Linux.EnterNetwork(space);
            Linux.Close(space);
        }

        int file = Linux.Open("/dev/net/tun", writes: true);
        var request = new byte[40];
        Encoding.ASCII.GetBytes(Device).CopyTo(request, 0);
        BitConverter.TryWriteBytes(request.AsSpan(16), IsTunWithoutHeader);
        Linux.Control(file, SetInterface, request);
        return new TunPort(file);
    }
}
