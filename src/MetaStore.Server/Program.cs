using MetaStore.IO;
using MetaStore.IO.Native;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Reference;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Server.Hosting.Storage;

ConfigurationResult configuration = Load();
switch (configuration.Command)
{
    case StartCommand.Version:
        StandardStream.Output.Write(ConfigurationText.Version());
        return ExitCodes.Ok;
    case StartCommand.Help:
        StandardStream.Output.Write(ConfigurationText.Help());
        return ExitCodes.Ok;
    case StartCommand.Reference:
        StandardStream.Output.Write(ConfigurationPage.Of(LiveSettings.Contains));
        return ExitCodes.Ok;
}

if (configuration.Errors.Count > 0)
{
    StandardStream.Error.Write(ConfigurationText.Errors(configuration.Errors));
    return ExitCodes.BadConfiguration;
}

if (configuration.Command == StartCommand.WhatIf)
{
    StandardStream.Output.Write(ConfigurationText.WhatIf(configuration));
    return ExitCodes.Ok;
}

EngineSelection.Prepare(configuration.Options.Storage);
return await ServerProcess.RunAsync(configuration, configuration.File is null ? null : Load);

ConfigurationResult Load() => ConfigurationLoader.Load(args, Environment.GetEnvironmentVariables(), file => new StreamReader(file));
