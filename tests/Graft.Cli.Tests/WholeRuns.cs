namespace Graft.Cli.Tests;

/// <summary>Tests that keep all processors busy run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class WholeRuns
{
    public const string Name = "whole runs";
}
