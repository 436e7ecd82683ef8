using System.Diagnostics;
using System.Globalization;

namespace MetaStore.Bench.Overload;

/// <summary>
/// Gives members and load generator processors of their own, so that a load of three times the peak is the members' problem and not the generator's.
/// Uses taskset of util-linux, because the runtime sets the affinity of a process's first thread only.
/// </summary>
internal static class ProcessorSplit
{
    /// <summary>Restricts this process, and with it every load generator it starts, to the first half of the processors, and the members to the others.</summary>
    /// <returns>What was done, for the report.</returns>
    public static async Task<string> ApplyAsync(IEnumerable<int> members)
    {
        int processors = Environment.ProcessorCount;
        if (processors < 2)
        {
            return "One processor: members and load generator share it";
        }

        int own = processors / 2;
        await PinAsync(Environment.ProcessId, 0, own - 1);
        foreach (int member in members)
        {
            await PinAsync(member, own, processors - 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"Of {processors} processors {own} for the load generator, the others for the members");
    }

    private static async Task PinAsync(int process, int first, int last)
    {
        using Process taskset = Process.Start(new ProcessStartInfo("taskset", ["-a", "-c", "-p", $"{first}-{last}", $"{process}"]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("taskset does not start");
        string said = await taskset.StandardOutput.ReadToEndAsync();
        await taskset.WaitForExitAsync();
        if (taskset.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset ended with {taskset.ExitCode}: {said}");
        }
    }
}
