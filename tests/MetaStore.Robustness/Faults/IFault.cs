namespace MetaStore.Robustness.Faults;

/// <summary>One thing that goes wrong and is put right again.</summary>
internal interface IFault
{
    /// <summary>As on the command line.</summary>
    string Name { get; }

    /// <summary>Does it once. When it returns every member's process runs, and the network and disks are whole; members may still catch up.</summary>
    Task OnceAsync(FaultScene scene);
}
