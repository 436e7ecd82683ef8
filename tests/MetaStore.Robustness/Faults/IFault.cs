namespace MetaStore.Robustness.Faults;

/// <summary>A fault that is injected and then repaired.</summary>
internal interface IFault
{
    /// <summary>Name on the command line.</summary>
    string Name { get; }

    /// <summary>Injects the fault once. On return every member's process runs, and network and disks work; members may still be catching up.</summary>
    Task OnceAsync(FaultScene scene);
}
