using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MetaStore.Robustness.Faults;
using MetaStore.Robustness.HostileClient;
using MetaStore.Robustness.Network;
using MetaStore.Robustness.Runs;
using MetaStore.Robustness.Soak;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness;

/// <summary>The commands of <c>metafault</c>.</summary>
internal static class Commands
{
    private const string Usage =
        """
        metafault run [--engine memory|rocksdb] [--seed N] [--calls client|stream] [--secured] [--flag FLAG] [FAULT TIMES]...
                                                 injects faults into real members and checks the result; exits with 1 when a check fails;
                                                 --calls stream: every call is an operation of a stream of metastore.v1.Operations;
                                                 --secured: TLS between members and to clients, which are the user root;
                                                 --flag is passed to every member
        metafault hostile-peer [--engine memory|rocksdb] [--seed N] [--messages N]
                                                 sends invalid frames to the peer ports of three real members under load; needs no root
        metafault soak [--engine memory|rocksdb] [--minutes N] [--period SECONDS] [--seed N] [--losses-only]
                                                 a year in a day: members replaced, certificates rotated, backups, leases and more in every
                                                 period; exits with 1 when something is lost or (without --losses-only) grows; needs no root
        metafault careful --endpoint URL         one put after the other at one member until SIGTERM, then its times
        metafault check                          exits with 0 when this machine allows it, 77 when not
        faults: kill pause partition weather power-cut disk-error slow-disk disk-full clock
        """;

    private static readonly IFault[] Faults =
    [
        new KillFault(), new PauseFault(), new PartitionFault(), new WeatherFault(), new PowerCutFault(), new DiskErrorFault(),
        new SlowDiskFault(), new DiskFullFault(), new ClockFault(),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string? verb = args.FirstOrDefault();
        if (verb == "hostile-peer")
        {
            string of(string name, string usual) => Text(args, name) ?? usual;
            return await HostilePeer.HostileRun.RunAsync(
                of("--engine", "memory"),
                int.Parse(of("--seed", "1"), CultureInfo.InvariantCulture),
                int.Parse(of("--messages", "1000000"), CultureInfo.InvariantCulture)) ? 0 : 1;
        }

        if (verb == "soak")
        {
            return await SoakAsync(args) ? 0 : 1;
        }

        if (verb == "careful" && Text(args, "--endpoint") is { } endpoint)
        {
            await PutCarefullyAsync(new Uri(endpoint));
            return 0;
        }

        if (verb is not ("run" or "check"))
        {
            Console.Error.WriteLine(Usage);
            return 64;
        }

        if (!Sandbox.IsInside)
        {
            if (Sandbox.Obstacle() is { } obstacle)
            {
                Console.WriteLine($"not possible here: {obstacle}");
                return Sandbox.NotAllowed;
            }

            return verb == "check" ? 0 : await Sandbox.RunInsideAsync(args);
        }

        return await RunAllAsync(args);
    }

    private static Task<bool> SoakAsync(string[] args)
    {
        double number(string name, double usual) => Text(args, name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : usual;
        var plan = new SoakPlan(
            TimeSpan.FromMinutes(number("--minutes", 45)), TimeSpan.FromSeconds(number("--period", 20)), Text(args, "--engine") ?? "memory", (int)number("--seed", 1));
        return SoakRun.RunAsync(plan, Path.Combine(Programs.SourceTree, "artifacts", "soak"), args.Contains("--losses-only"));
    }

    private static async Task PutCarefullyAsync(Uri endpoint)
    {
        using var end = new CancellationTokenSource();
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            end.Cancel();
        });
        using var client = new CarefulClient(endpoint);
        await client.RunAsync(end.Token);
        Console.WriteLine(CarefulProcess.ReportMark + JsonSerializer.Serialize(new CarefulReport(client.Puts, client.Slowest, client.Errors)));
    }

    private static async Task<int> RunAllAsync(string[] args)
    {
        string engine = Text(args, "--engine") ?? "memory";
        int seed = int.Parse(Text(args, "--seed") ?? "1", CultureInfo.InvariantCulture);
        using PacketSwitch network = Sandbox.Connect(hosts: 3);
        string folder = Path.Combine(Programs.SourceTree, "artifacts", "robustness", $"{Path.GetFileNameWithoutExtension(Path.GetRandomFileName())}-{engine}");
        var run = new FaultRun(network, folder, engine, seed, Text(args, "--calls") == "stream", args.Contains("--secured"), Text(args, "--flag") is { } flag ? [flag] : []);
        bool isGood = true;
        foreach (IFault fault in Faults)
        {
            if (Text(args, fault.Name) is { } times)
            {
                isGood &= await run.RunAsync(fault, int.Parse(times, CultureInfo.InvariantCulture));
            }
        }

        Console.WriteLine($"{run.Calls:N0} calls, {(isGood ? "0 violations" : "VIOLATIONS")}; {network.Forwarded:N0} packets, {network.Dropped:N0} dropped");
        return isGood ? 0 : 1;
    }

    private static string? Text(string[] args, string name) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : null;
}
