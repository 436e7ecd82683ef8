namespace MetaStore.Simulation.Kernel;

/// <summary>Whose event it is: decides, when its time has come, whether it happens.</summary>
internal interface ISimOwner
{
    void Happen(Action action);
}
