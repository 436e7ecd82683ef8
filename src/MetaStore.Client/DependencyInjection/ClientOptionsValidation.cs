using Microsoft.Extensions.Options;

namespace MetaStore.Client.DependencyInjection;

/// <summary>Reports all errors of a client's options at once.</summary>
internal sealed class ClientOptionsValidation : IValidateOptions<MetaStoreClientOptions>
{
    public ValidateOptionsResult Validate(string? name, MetaStoreClientOptions options)
    {
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
