namespace MetaStore.Simulation.Kernel;

/// <summary>Owner of an event: decides, when the time has come, whether it runs.</summary>
internal interface ISimOwner
{
    void Happen(Action action);
}
