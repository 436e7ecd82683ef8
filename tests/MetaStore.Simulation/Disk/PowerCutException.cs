namespace MetaStore.Simulation.Disk;

/// <summary>The node lost power during an operation. Product code must not catch it by type.</summary>
internal sealed class PowerCutException() : Exception("the power went");
