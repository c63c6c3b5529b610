/** The judge on Node. */
import { Judge } from '../judge/judge.ts';
import { embeddedFiles } from './embeddedFiles.ts';

export const createJudge = (): Judge => new Judge(embeddedFiles());
