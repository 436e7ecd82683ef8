using System.Diagnostics;
using MetaStore.Robustness.Native;
using MetaStore.Robustness.Network;

namespace MetaStore.Robustness;

/// <summary>Runs this program in its own network, mount and process namespaces, which the kernel removes with the process.</summary>
internal static class Sandbox
{
    /// <summary>Exit code when the machine does not allow namespaces.</summary>
    public const int NotAllowed = 77;

    private const string Marker = "METAFAULT_INSIDE";
    private const string Namespaces = "/run/netns";

    /// <summary>True in the process that runs inside the namespaces.</summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(Marker) == "1";

    /// <summary>Why it is not possible on this machine, or null.</summary>
    public static string? Obstacle()
    {
        if (Environment.UserName != "root")
        {
            return "needs root";
        }

        if (!File.Exists("/dev/net/tun"))
        {
            return "needs /dev/net/tun";
        }

        foreach (string tool in (string[])["unshare", "nsenter", "ip", "mkfs.ext4", "strace"])
        {
            if (!(Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, tool))))
            {
                return $"needs {tool}";
            }
        }

        (int code, string said) = Tool.TryRun("unshare", [.. Wanted, "true"]);
        return code == 0 ? null : $"namespaces are not allowed: {said.Trim()}";
    }

    private static string[] Wanted => ["--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"];

    /// <summary>Runs this program again, inside the namespaces.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunInsideAsync(string[] args)
    {
        var start = new ProcessStartInfo("unshare", [.. Wanted, Environment.ProcessPath!, .. args]);
        start.Environment[Marker] = "1";
        using Process inside = Process.Start(start)!;
        await inside.WaitForExitAsync();
        return inside.ExitCode;
    }

    /// <summary>Creates the members' network namespaces and the switch between them and this process.</summary>
    public static PacketSwitch Connect(int hosts)
    {
        Directory.CreateDirectory(Namespaces);
        Tool.Run("mount", "-t", "tmpfs", "tmpfs", Namespaces);
        var network = new PacketSwitch();
        network.Attach(PacketSwitch.Clients, network: null);
        for (int host = 1; host <= hosts; host++)
        {
            Tool.Run("ip", "netns", "add", $"n{host}");
            network.Attach(host, $"n{host}");
        }

        return network;
    }
}
