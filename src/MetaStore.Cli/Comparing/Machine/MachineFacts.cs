using System.Globalization;
using System.Runtime.InteropServices;

namespace MetaStore.Cli.Comparing.Machine;

/// <summary>The machine of a report.</summary>
/// <param name="Cores">Processors available to the runtime.</param>
/// <param name="Processor">Processor name.</param>
/// <param name="MemoryBytes">Installed memory.</param>
/// <param name="System">Operating system.</param>
/// <param name="Runtime">.NET version.</param>
internal sealed record MachineFacts(int Cores, string Processor, long MemoryBytes, string System, string Runtime)
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>This machine.</summary>
    public static MachineFacts Own() => new(
        Environment.ProcessorCount,
        File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
            : "unknown processor",
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);

    /// <summary>"2 cores, AMD EPYC, 24 GiB, Debian GNU/Linux 12 (bookworm), .NET 10.0.12".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cores} cores, {Processor}, {MemoryBytes / 1_073_741_824.0:0} GiB, {System}, {Runtime}");
}
