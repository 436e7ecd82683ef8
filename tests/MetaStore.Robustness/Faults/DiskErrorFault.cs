using System.Diagnostics;
using MetaStore.Robustness.Cluster;

namespace MetaStore.Robustness.Faults;

/// <summary>A sync or write of the log fails with EIO: the process must exit at once with code 74, and not acknowledge the failed write.</summary>
internal sealed class DiskErrorFault : IFault
{
    private const int ExitIoError = 74;

    public string Name => "disk-error";

    public async Task OnceAsync(FaultScene scene)
    {
        FaultNode victim = await scene.VictimAsync(leaderShare: 0.5);
        string calls = scene.Random.Next(4) == 0 ? "pwrite64" : "fdatasync,fsync";
        scene.Note(calls);
        await using (Tracer.Attach(victim, calls, "error=EIO"))
        {
            int code = await victim.Process!.WaitForExitAsync(FaultScene.Limit);
            if (code != ExitIoError)
            {
                throw new InvalidOperationException($"{victim.Name} ended with {code} after a failed {calls}: {victim.Process.Output}");
            }
        }

        await scene.Clients.WrittenAfterAsync(Stopwatch.GetTimestamp(), FaultScene.Limit);
        scene.Cluster.Launch(victim);
    }
}
