using Grpc.AspNetCore.Server.Model;

namespace MetaStore.Server.Calls.Services;

/// <summary>All bound methods as what Grpc.AspNetCore takes for one service: it asks for them here, instead of looking for a generated base class.</summary>
/// <param name="table">The methods.</param>
/// <param name="guard">Stands in front of them.</param>
internal sealed class BoundMethods(ServiceTable table, CallGuard guard) : IServiceMethodProvider<BoundMethods>
{
    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<BoundMethods> context)
    {
        foreach (ServiceMethod method in table.Methods)
        {
            method.AddTo(context, guard);
        }
    }
}
