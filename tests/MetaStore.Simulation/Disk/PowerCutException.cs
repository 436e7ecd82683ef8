namespace MetaStore.Simulation.Disk;

/// <summary>The node went down in the middle of what it was doing. No code of the product catches it by type.</summary>
internal sealed class PowerCutException() : Exception("the power went");
